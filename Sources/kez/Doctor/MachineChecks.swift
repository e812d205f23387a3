/// Folders, disk and descriptors of this machine.
package enum MachineChecks {
    private static let gibibyte: UInt64 = 1 << 30
    /// A connection is a descriptor; a view and a stream need some more.
    private static let descriptors: UInt64 = 8192

    /// - Parameter mode: nil when there is no such folder.
    package static func dataFolder(_ path: String, mode: Int?) -> [Finding] {
        guard let mode else {
            return [.ok("data folder", "There is none at \(path): no service keeps a view on this machine.")]
        }
        let remedy = "Run `chmod 700 \(path)`."
        if mode & 0o022 != 0 {
            return [
                .problem(
                    "data folder", "Others may write into \(path): its mode is \(KeyFileChecks.octal(mode)).",
                    do: remedy)
            ]
        }
        if mode & 0o055 != 0 {
            return [
                .warning(
                    "data folder", "Others may look into \(path): its mode is \(KeyFileChecks.octal(mode)).", do: remedy
                )
            ]
        }
        return [.ok("data folder", "\(path) is closed to others.")]
    }

    /// - Parameters:
    ///   - free: bytes that are left to services.
    ///   - size: bytes of the whole disk.
    package static func disk(of path: String, free: UInt64, size: UInt64) -> Finding {
        let text = "\(free / Self.gibibyte) GiB of \(size / Self.gibibyte) GiB are free where \(path) is."
        let remedy = "Make room, or keep less: --limit-retention-days, --limit-log-bytes. A full disk stops every send."
        if free < Self.gibibyte { return .problem("disk", text, do: remedy) }
        if free < 5 * Self.gibibyte || free < size / 20 { return .warning("disk", text, do: remedy) }
        return .ok("disk", text)
    }

    /// - Parameter process: whose limit it is, for the sentence.
    package static func openFiles(_ limit: UInt64, of process: String) -> Finding {
        guard limit < Self.descriptors else {
            return .ok("open files", "\(process) may open \(limit == .max ? "any number of" : "\(limit)") files.")
        }
        return .warning(
            "open files", "\(process) may open \(limit) files; each connection is one.",
            do: "Raise it to 65536: LimitNOFILE= of a systemd unit, `ulimit -n` in a shell, ulimits of a container.")
    }
}
