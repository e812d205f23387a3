import ArgumentParser
import Foundation
import KezClient
import KezCore
import KezRuntime
import NKeys

struct SigchainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sigchain", abstract: "Show or extend a chain of signed statements.",
        subcommands: [ShowSigchainCommand.self, AppendSigchainCommand.self])
}

struct ShowSigchainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Verify and show a chain.")

    @Argument(help: "A handle or a primary; your own chain when absent.")
    var who: String?

    @Flag(help: "Print the signed links, one a line.")
    var json = false

    @OptionGroup var person: PersonOptions

    func run() async throws {
        try await self.person.withClient { client in
            let primary = try await self.who.asyncMap { try await client.resolve($0).primary } ?? client.identity.key
            let (links, chain) = try await client.verifiedChain(of: primary)
            if self.json {
                for link in links { print(String(decoding: link, as: UTF8.self)) }
                return
            }
            print("\(primary): \(chain.length) links, verified\(chain.head.map { ", head \($0)" } ?? "")")
            for bytes in links {
                let link = try SigchainLink(parsing: bytes)
                let signer = link.signer == primary ? "primary" : link.signer.text
                print("\(link.seq)  \(link.createdAt.text)  \(link.kind)  by \(signer)")
            }
        }
    }
}

struct AppendSigchainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "append", abstract: "Sign a statement and append it to your chain.",
        discussion: """
            The body is a JSON object with a `kind`, for example '{"kind":"profile","name":"Alice"}'. For `device_add`
            give the device's key file as well: its acceptance is added.
            """)

    @Argument(help: "The body of the link, a JSON object with the member `kind`.")
    var body: String

    @Option(help: "File with the seed of the device that a `device_add` adds.")
    var deviceKey: String?

    @OptionGroup var person: PersonOptions

    func run() async throws {
        let members = try MemberReader(body: [UInt8](self.body.utf8))
        let kind = try members.string("kind")
        try await self.person.withClient { client in
            let (_, chain) = try await client.verifiedChain(of: client.identity.key)
            let link = try self.link(kind, members, on: chain, by: client.identity.signer)
            let result = try await client.door.append(link, to: client.identity.key)
            print("appended link \(result.seq), head \(result.head)")
        }
    }

    private func link(
        _ kind: String, _ members: MemberReader, on chain: Sigchain, by signer: EnvelopeSigner
    ) throws -> [UInt8] {
        let device = try self.deviceKey.map { try KeyFile.pair(at: $0, role: .user) }
        let now = WallClock.system.now()
        return try SigchainLink.sign(kind, on: chain, createdAt: now, by: signer) { writer in
            for member in members.value.object ?? [] where member.name != "kind" {
                writer.member(member.name, raw: member.value.raw)
            }
            guard let device, kind == "device_add" else { return }
            let key = Primary(device.signingKey)
            if members.value["device"] == nil { writer.member("device", key) }
            let text = DeviceAcceptance.text(
                primary: chain.primary, device: key, seq: chain.length + 1, prev: chain.head)
            writer.member("accept", Hex.encode(device.sign(text)))
        }
    }
}

extension Optional {
    func asyncMap<Result>(_ body: (Wrapped) async throws -> Result) async rethrows -> Result? {
        guard let value = self else { return nil }
        return try await body(value)
    }
}
