import ArgumentParser
import Foundation
import KezClient
import KezCore
import KezRuntime

struct AuthCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "auth", abstract: "Print the X-KEZ-Auth header for an HTTP request, for use with curl.",
        discussion: "Valid for a minute: curl -H \"$(kez auth /v1/inbox/alice)\" http://…/v1/inbox/alice")

    @Argument(help: "The path as it is sent, without the query.")
    var path: String

    @Option(help: "The cursor, as it stands in the query.")
    var since = "0"

    @OptionGroup var person: PersonOptions

    func run() async throws {
        let identity = try self.person.identity()
        guard let server = ServerName(try self.person.clientOptions().server) else { throw KezError(.badRequest) }
        let isList = self.path.hasPrefix("/v1/inbox/") && self.path.split(separator: "/").count == 3
        let door: RequestAuth.Door =
            isList
            ? .inboxList(path: self.path, since: self.since)
            : .other(method: "GET", path: self.path, .since(self.since), server: server)
        let auth = RequestAuth(signing: door, at: WallClock.system.now(), by: identity.signer)
        print("\(RequestAuth.headerName): \(auth.header)")
    }
}
