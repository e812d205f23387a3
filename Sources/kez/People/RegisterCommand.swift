import ArgumentParser
import Foundation
import KezClient
import KezCore
import KezRuntime

struct RegisterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "register", abstract: "Claim a handle, making a key for it if there is none.")

    @Argument(help: "3 to 32 of a–z, 0–9, _ and -, beginning with a letter or digit.")
    var handle: String

    @Option(help: "The invite, where the server asks for one: the whole text that its operator gave.")
    var invite: String?

    @Flag(help: "Print the signed envelope instead of sending it; `curl --data @-` can post it to /v1/register.")
    var print = false

    @OptionGroup var person: PersonOptions

    func run() async throws {
        guard Handle(self.handle) != nil else { throw KezError(.badHandle) }
        let options = try self.person.clientOptions()
        let (identity, newKey) = try self.key()
        if self.print {
            let envelope = try KezClient.registration(
                self.handle, identity: identity, invite: self.invite, options: options)
            Swift.print(String(decoding: envelope, as: UTF8.self))
            return
        }
        do {
            let user = try await KezClient.register(
                self.handle, identity: identity, invite: self.invite, options: options)
            Swift.print("registered \(user.fqhn) as \(user.primary)")
            if let newKey { Swift.print("its key is in \(newKey): whoever has that file is \(user.handle)") }
        } catch {
            // `replayed` and lost answers keep the key; a clear refusal leaves nothing behind.
            if let newKey, (400..<500).contains(error.status) { try? FileManager.default.removeItem(atPath: newKey) }
            throw error
        }
    }

    private func key() throws -> (Identity, newKey: String?) {
        if self.person.key != nil { return (try self.person.identity(), nil) }
        let ring = try self.person.keyRing()
        let (identity, isNew) = try ring.identityForRegistration(of: self.handle)
        return (identity, isNew ? ring.path(of: self.handle) : nil)
    }
}

struct ReleaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release", abstract: "Give a handle up.",
        discussion: "It stays closed to other keys for 90 days; the same key can take it again.")

    @Argument(help: "The handle.")
    var handle: String

    @OptionGroup var person: PersonOptions

    func run() async throws {
        var person = self.person
        if person.key == nil, person.alias == nil { person.alias = self.handle }
        let options = try person.clientOptions()
        try await KezClient.release(self.handle, identity: person.identity(), options: options)
        print("released \(self.handle)@\(options.server)")
    }
}
