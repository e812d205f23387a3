import ArgumentParser
import KezClient

struct WhoamiCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "whoami", abstract: "Show the key and its handle.")

    @OptionGroup var person: PersonOptions

    func run() async throws {
        let identity = try self.person.identity()
        print("primary  \(identity.primary)")
        print("nkey     \(identity.nkey)")
        do {
            try await self.person.withClient { client in
                print("handle   \(client.ownHandle.map { "\($0)@\(client.options.server)" } ?? "none")")
            }
        } catch let error as ClientError where error.code == "unauthorized" {
            print("handle   none")
        }
    }
}

struct LookupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "lookup", abstract: "Show who is behind a handle.")

    @Argument(help: "A handle, handle@server, or a primary (ed25519:…).")
    var who: String

    @OptionGroup var person: PersonOptions

    func run() async throws {
        try await self.person.withClient { client in
            let user = try await client.lookup(self.who)
            print("handle      \(user.fqhn)")
            print("primary     \(user.primary)")
            print("registered  \(user.registeredAt)")
            print("sigchain    \(user.chainLength) links\(user.chainHead.map { ", head \($0)" } ?? "")")
        }
    }
}
