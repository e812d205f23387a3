import ArgumentParser
import KezCore
import KezRuntime
import NKeys

struct InviteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "invite", abstract: "Make invites, each good for one registration.",
        discussion: """
            Needs invite.nk alone, and no running server: the registry checks the signature. A server asks for \
            invites when it runs with --registration invite. An invite cannot be taken back: let it expire.
            """)

    private static let serverSetting = Setting("server", "KEZ_CHAT_SERVER", default: "kez.lat")
    private static let mostAtOnce = 1000

    @Option(help: "The one handle that it is good for.")
    var handle: String?

    @Option(help: "How long it is good: 24h, 7d, 2w, or never for no end.")
    var expires = "7d"

    @Option(help: "How many, 1 to 1000.")
    var count = 1

    @Flag(help: "One JSON object a line.")
    var json = false

    @Option(help: Setting.help("Domain of the server: what stands after the @.", "KEZ_CHAT_SERVER", "kez.lat"))
    var server: String?

    @OptionGroup var data: DataOptions

    @Option(help: Setting.help("Folder that holds invite.nk.", "KEZ_KEYS", "<data>/keys"))
    var keys: String?

    func run() async throws {
        let server = try Self.serverSetting.value(self.server, "a domain such as chat.example.org") { ServerName($0) }
        let handle = try self.handle.map { text in
            guard let handle = Handle(text) else { throw KezError(.badHandle) }
            return handle
        }
        guard (1...Self.mostAtOnce).contains(self.count) else {
            throw ValidationError("--count must be a number from 1 to \(Self.mostAtOnce).")
        }
        guard handle == nil || self.count == 1 else {
            throw ValidationError("One handle needs one invite: leave out --count or --handle.")
        }
        var options = BrokerOptions()
        options.keys = self.keys
        let folder = try options.keysFolder(data: self.data.folder())
        let pair = try DeploymentKeys.invite(in: folder)
        let now = WallClock.system.now()
        let end = try self.end(from: now)
        for _ in 0..<self.count {
            let invite = Invite(server: server, handle: handle, expiresAt: end, createdAt: now)
            let text = try invite.text(signedBy: EnvelopeSigner(pair.signingKey))
            print(self.json ? Self.line(invite, text) : text)
        }
    }

    private func end(from now: Timestamp) throws -> Timestamp? {
        if self.expires == "never" { return nil }
        guard let period = Period(argument: self.expires) else {
            throw ValidationError("--expires cannot be `\(self.expires)`: it must be like 24h, 7d or 2w, or never.")
        }
        return now.advanced(by: period.duration)
    }

    private static func line(_ invite: Invite, _ text: String) -> String {
        let object = JSONWriter.object { writer in
            writer.member("invite", text)
            writer.member("id", invite.id.hex)
            writer.member("server", invite.server)
            writer.member("handle", invite.handle?.text)
            writer.member("expires_at", invite.expiresAt)
        }
        return String(decoding: object, as: UTF8.self)
    }
}
