import KezCore

/// Discovery by address.
///
/// Source: protocol, section 4; RFC 7033.
extension RegistryDoor {
    private static let scheme = "acct:"
    /// Names of what other vocabularies have no name for.
    static let sigchainRelation = "urn:kez:sigchain"
    static let primaryProperty = "urn:kez:primary"

    /// `GET /.well-known/webfinger?resource=acct:user@server`.
    func webfinger(_ request: IncomingRequest) async throws(KezError) -> Reply {
        guard let resource = request.target.value("resource"), resource.lowercased().hasPrefix(Self.scheme),
            let full = FullHandle(resource.dropFirst(Self.scheme.count))
        else { throw KezError(.badRequest, "The query needs `resource=acct:<handle>@<server>`.") }
        guard full.server == self.configuration.server else { throw KezError(.notFound) }
        let body = try await self.link.call(
            .lookup, LookupRequest(handle: full.handle.text).bytes, by: request.deadline)
        let user = try Directory.read(body) { json throws(KezError) in try UserObject(json: json) }
        let base = "\(request.isSecure ? "https" : "http")://\(request.host ?? self.configuration.server.text)"
        return .json(Self.descriptor(of: user, at: base), type: "application/jrd+json")
    }

    private static func descriptor(of user: UserObject, at base: String) -> [UInt8] {
        let (api, profile) = ("\(base)/v1/u/\(user.handle)", "\(base)/u/\(user.handle)")
        let links = [
            ("self", "application/json", api),
            (self.sigchainRelation, "application/json", user.sigchainURL),
            ("http://webfinger.net/rel/profile-page", "text/html", profile),
        ]
        return JSONWriter.object { writer in
            writer.member("subject", self.scheme + user.fqhn)
            writer.member("aliases", [profile, api])
            writer.member("properties") { $0.member(self.primaryProperty, user.primary) }
            writer.name("links")
            writer.array { writer in
                for (relation, type, address) in links {
                    writer.object { writer in
                        writer.member("rel", relation)
                        writer.member("type", type)
                        writer.member("href", address)
                    }
                }
            }
        }
    }
}
