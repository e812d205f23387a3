import ArgumentParser
import Foundation

/// Where a server keeps everything.
struct DataOptions: ParsableArguments {
    private static let dataSetting = Setting("data", "KEZ_DATA", default: "./kez-data")

    @Option(help: Setting.help("Folder of keys, streams and views.", "KEZ_DATA", "./kez-data"))
    var data: String?

    /// The data folder as it was written.
    func folderText() throws -> String {
        try Self.dataSetting.value(self.data, "a folder") { $0.isEmpty ? nil : $0 }
    }

    /// The data folder, absolute.
    func folder() throws -> String {
        let text = try self.folderText()
        return URL(filePath: text, directoryHint: .isDirectory).standardizedFileURL.path
    }
}
