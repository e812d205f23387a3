/// A key on its way in or out, in a file beside the one in use: `registry.next.nk`, `registry.old.nk`.
///
/// The broker knows both until the change is over, so that it and the services can be restarted one by one.
package enum KeyStage: String, Sendable, CaseIterable {
    /// Made, known to the broker, not used yet.
    case next
    /// No longer used by a service that was started since, still known to the broker.
    case old

    /// - Parameter file: the name of the file in use, with an ending.
    package func name(of file: String) -> String {
        guard let dot = file.lastIndex(of: ".") else { return "\(file).\(self.rawValue)" }
        return "\(file[..<dot]).\(self.rawValue)\(file[dot...])"
    }
}
