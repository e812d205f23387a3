import ArgumentParser
import Foundation
import KezCore
import KezRuntime
import Logging

/// What every role of a server is told.
struct ServerOptions: ParsableArguments {
    private static let serverSetting = Setting("server", "KEZ_CHAT_SERVER", default: "kez.lat")
    private static let databaseSetting = Setting("db", "KEZ_CHAT_DB", default: "kez-chat.db")
    private static let levelSetting = Setting("log-level", "KEZ_LOG_LEVEL", default: "info")
    private static let formatSetting = Setting("log-format", "KEZ_LOG_FORMAT", default: "text")

    @Option(help: Setting.help("Domain of this server: what stands after the @.", "KEZ_CHAT_SERVER", "kez.lat"))
    var server: String?

    @OptionGroup var data: DataOptions

    @Option(
        help: Setting.help(
            "Name of the views' files, each with a suffix, in the data folder unless it is a path.", "KEZ_CHAT_DB",
            "kez-chat.db"))
    var db: String?

    @Option(help: Setting.help("trace, debug, info, notice, warning, error or critical.", "KEZ_LOG_LEVEL", "info"))
    var logLevel: String?

    @Option(help: Setting.help("text or json, on standard error.", "KEZ_LOG_FORMAT", "text"))
    var logFormat: String?

    func serverName() throws -> ServerName {
        try Self.serverSetting.value(self.server, "a domain such as chat.example.org") { ServerName($0) }
    }

    /// The data folder as it was written.
    func folderText() throws -> String { try self.data.folderText() }

    /// The data folder, absolute.
    func folder() throws -> String { try self.data.folder() }

    func databaseBase() throws -> String {
        try Self.databaseSetting.value(self.db, "the name of a file") { $0.isEmpty || $0.hasSuffix("/") ? nil : $0 }
    }

    func level() throws -> Logger.Level {
        try Self.levelSetting.value(self.logLevel, "one of the levels") { Logger.Level(rawValue: $0) }
    }

    func format() throws -> LoggingSetup.Format {
        try Self.formatSetting.value(self.logFormat, "text or json") { LoggingSetup.Format(rawValue: $0) }
    }
}
