import ArgumentParser
import Foundation
import KezRuntime

struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "Show the deployment's keys, and replace them step by step.",
        discussion: """
            Works on the folder of all keys, <data>/keys. A login or the callout's issuer is replaced in three steps, \
            so that the broker and the services can be restarted one by one in between: `next` makes the key, `switch` \
            puts it to use, `retire` forgets the former one. After each, `kez init` brings the broker's configuration \
            and the roles' folders up to it. The scripts rotate-login and rotate-callout do all of it. Names: \
            \(KeyChange.Subject.allCases.map(\.name).joined(separator: ", ")).
            """,
        subcommands: [
            KeysListCommand.self, KeysNextCommand.self, KeysSwitchCommand.self, KeysRetireCommand.self,
            KeysReplaceCommand.self,
        ])
}

/// Keys that change in steps, as an operator names them.
struct KeySubjects: ParsableArguments {
    @Argument(help: "Names of keys, such as registry or issuer.")
    var names: [KeySubjectArgument]

    @OptionGroup var data: DataOptions

    /// Does a step for every key; the folder is not used by a `kez up` or `kez init` meanwhile.
    func forEach(_ step: (KeyChange) throws -> [String], _ verb: String) throws {
        let folder = try DataFolder(try self.data.folder())
        for name in self.names {
            let paths = try step(KeyChange(name.subject, in: folder.file("keys")))
            for path in paths { print("\(verb) \(path)") }
            if paths.isEmpty { print("nothing to do for \(name.subject.name)") }
        }
        withExtendedLifetime(folder) {}
    }
}

struct KeySubjectArgument: ExpressibleByArgument {
    let subject: KeyChange.Subject

    init?(argument: String) {
        guard let subject = KeyChange.Subject(argument) else { return nil }
        self.subject = subject
    }

    static var allValueStrings: [String] { KeyChange.Subject.allCases.map(\.name) }
}

struct KeysNextCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "next", abstract: "Make the next key, beside the one in use.")

    @OptionGroup var subjects: KeySubjects

    func run() async throws { try self.subjects.forEach({ try $0.prepare() }, "wrote") }
}

struct KeysSwitchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "switch", abstract: "Put the next key to use; the former one stays beside it.")

    @OptionGroup var subjects: KeySubjects

    func run() async throws { try self.subjects.forEach({ try $0.takeOver() }, "changed") }
}

struct KeysRetireCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "retire", abstract: "Remove the former key.")

    @OptionGroup var subjects: KeySubjects

    func run() async throws { try self.subjects.forEach({ try $0.retire() }, "removed") }
}

struct KeysReplaceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replace", abstract: "Replace a secret that the broker does not know.",
        discussion: "`internal-token`: restart the gateways. `invite`: restart the registries; older invites end.")

    @Argument(help: "internal-token or invite.")
    var secret: SecretArgument

    @OptionGroup var data: DataOptions

    func run() async throws {
        let folder = try DataFolder(try self.data.folder())
        for path in try self.secret.secret.perform(in: folder.file("keys")) { print("changed \(path)") }
        withExtendedLifetime(folder) {}
    }
}

struct SecretArgument: ExpressibleByArgument {
    let secret: SecretReplacement

    init?(argument: String) {
        guard let secret = SecretReplacement(rawValue: argument) else { return nil }
        self.secret = secret
    }

    static var allValueStrings: [String] { SecretReplacement.allCases.map(\.rawValue) }
}

struct KeysListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Show the public halves of all keys, those on their way in or out too.")

    @OptionGroup var data: DataOptions

    func run() async throws {
        let folder = URL(filePath: try self.data.folder()).appending(path: "keys").path
        for line in try KeyListing(of: folder).lines { print(line) }
    }
}
