import Foundation

/// Where the web client lies when nobody says: what `make up` built, or what a package installed.
enum BuiltWebFolder {
    /// The folder that belongs to this program; nil when there is none.
    static func ofThisProgram() -> String? {
        guard let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") else {
            return nil
        }
        return self.candidates(program).first { FileManager.default.fileExists(atPath: $0 + "/index.html") }
    }

    /// - Parameter program: its absolute path, without symbolic links.
    static func candidates(_ program: String) -> [String] {
        var folder = URL(fileURLWithPath: program).deletingLastPathComponent()
        let installed = folder.deletingLastPathComponent().appendingPathComponent("share/kez/web").path
        while folder.path != "/" {
            if folder.lastPathComponent == ".build" { return [folder.appendingPathComponent("web").path, installed] }
            folder.deleteLastPathComponent()
        }
        return [installed]
    }
}
