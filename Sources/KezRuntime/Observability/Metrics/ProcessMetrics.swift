private import Foundation

/// What the process uses of the machine, under the names that Prometheus's own clients give it.
///
/// Source: proc(5), `/proc/self/stat`; Prometheus, "Writing client libraries", process metrics.
package struct ProcessMetrics: Equatable, Sendable {
    package var residentBytes: Double
    package var virtualBytes: Double
    package var cpuSeconds: Double
    /// Seconds since 1970.
    package var startTime: Double
    package var threads: Double
    package var openFiles: Double?
    package var maximumFiles: Double?

    /// Reads `/proc`.
    ///
    /// Those files are the kernel's memory, not a disk's, so reading them blocks nobody.
    ///
    /// - Returns: nil where there is no such folder.
    package static func read() -> ProcessMetrics? {
        guard let stat = self.file("/proc/self/stat"), let system = self.file("/proc/stat"),
            var metrics = ProcessMetrics(
                stat: stat, systemStat: system, ticksPerSecond: Double(sysconf(Int32(_SC_CLK_TCK))),
                pageBytes: Double(sysconf(Int32(_SC_PAGESIZE))))
        else { return nil }
        // One of them is the descriptor that lists them.
        metrics.openFiles = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd"))
            .map { Double(max($0.count - 1, 0)) }
        metrics.maximumFiles = self.file("/proc/self/limits").flatMap(Self.maximumFiles)
        return metrics
    }

    /// - Parameters:
    ///   - stat: the text of `/proc/self/stat`.
    ///   - systemStat: the text of `/proc/stat`, for the time of the boot.
    package init?(stat: String, systemStat: String, ticksPerSecond: Double, pageBytes: Double) {
        // The second field, in parentheses, is the program's name and may hold anything.
        guard ticksPerSecond > 0, let end = stat.lastIndex(of: ")") else { return nil }
        let fields = stat[stat.index(after: end)...].split(whereSeparator: \.isWhitespace).map { Double($0) }
        // Numbered from 1 in proc(5); the third one is first here.
        func field(_ number: Int) -> Double? { number - 3 < fields.count ? fields[number - 3] : nil }
        guard let user = field(14), let system = field(15), let threads = field(20), let start = field(22),
            let virtual = field(23), let resident = field(24),
            let boot = systemStat.split(whereSeparator: \.isNewline).first(where: { $0.hasPrefix("btime ") })
                .flatMap({ Double($0.dropFirst("btime ".count)) })
        else { return nil }
        self.cpuSeconds = (user + system) / ticksPerSecond
        self.threads = threads
        self.startTime = boot + start / ticksPerSecond
        self.virtualBytes = virtual
        self.residentBytes = resident * pageBytes
    }

    /// The soft limit in the text of `/proc/self/limits`; nil when there is none.
    package static func maximumFiles(_ limits: String) -> Double? {
        let name = "Max open files"
        guard let line = limits.split(whereSeparator: \.isNewline).first(where: { $0.hasPrefix(name) }) else {
            return nil
        }
        return line.dropFirst(name.count).split(separator: " ").first.flatMap { Double($0) }
    }

    private static func file(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }

    package var families: [PrometheusFamily] {
        var families = [
            PrometheusFamily(
                name: "process_resident_memory_bytes", help: "Memory in use.", kind: .gauge, value: self.residentBytes),
            PrometheusFamily(
                name: "process_virtual_memory_bytes", help: "Address space in use.", kind: .gauge,
                value: self.virtualBytes),
            PrometheusFamily(
                name: "process_cpu_seconds_total", help: "Processor time spent, in the program and for it.",
                kind: .counter, value: self.cpuSeconds),
            PrometheusFamily(
                name: "process_start_time_seconds", help: "Start of the process, in seconds since 1970.", kind: .gauge,
                value: self.startTime),
            PrometheusFamily(name: "process_threads", help: "Threads.", kind: .gauge, value: self.threads),
        ]
        if let openFiles = self.openFiles {
            families.append(
                PrometheusFamily(
                    name: "process_open_fds", help: "Open file descriptors.", kind: .gauge, value: openFiles))
        }
        if let maximumFiles = self.maximumFiles {
            families.append(
                PrometheusFamily(
                    name: "process_max_fds", help: "Most file descriptors that may be open.", kind: .gauge,
                    value: maximumFiles))
        }
        return families
    }
}
