extension RegistryEvent {
    /// The member `data`: everything a view is built from.
    package enum Content: Sendable {
        /// `envelope` as received; `invite`: the one that was used up by it, where the server asked for one.
        case handle(Handle, Primary, envelope: [UInt8], invite: InviteID? = nil)
        case release(Handle, Primary, envelope: [UInt8])
        /// `devices`: the keys that the link adds or revokes.
        case chain(Primary, devices: [Primary], envelope: [UInt8])
        case suspend(Primary, reason: String, until: Timestamp?, by: SuspensionAuthor = .operator)
        case resume(Primary)
        /// Of an event about that primary, whose message is deleted after this one is stored.
        case erased(Primary, leaf: RegistryLeaf)
    }
}

extension RegistryEvent.Content {
    package var kind: RegistryEventKind {
        switch self {
        case .handle: .handle
        case .release: .release
        case .chain: .chain
        case .suspend: .suspend
        case .resume: .resume
        case .erased: .erased
        }
    }

    package var primary: Primary {
        switch self {
        case .handle(_, let primary, _, _), .release(_, let primary, _), .chain(let primary, _, _),
            .suspend(let primary, _, _, _), .resume(let primary), .erased(let primary, _):
            primary
        }
    }

    /// The hashes of what it is about.
    var subjects: [String] {
        switch self {
        case .handle(let handle, let primary, _, _), .release(let handle, let primary, _):
            [LogSubjectHash.of(handle), LogSubjectHash.of(primary)]
        case .chain(let primary, let devices, _): [LogSubjectHash.of(primary)] + devices.map(LogSubjectHash.of)
        case .suspend(let primary, _, _, _), .resume(let primary): [LogSubjectHash.of(primary)]
        // Found under the same hashes as the event it speaks for.
        case .erased(_, let leaf): leaf.subjects
        }
    }

    /// SHA-256 of JCS of the envelope; of the erased leaf; of `data` where nothing was signed.
    func value() throws(KezError) -> String {
        switch self {
        case .handle(_, _, let envelope, _), .release(_, _, let envelope), .chain(_, _, let envelope):
            try Self.hash(envelope)
        case .erased(_, let leaf): try leaf.hash()
        case .suspend, .resume: try Self.hash(self.bytes)
        }
    }

    /// The same, of `data` as it stands in the log: further members of a later version count.
    func value(of data: JSONValue) throws(KezError) -> String {
        switch self {
        case .suspend, .resume: try Self.hash(data.raw)
        default: try self.value()
        }
    }

    static func hash(_ json: [UInt8]) throws(KezError) -> String {
        do {
            return Digest.sha256Hex(
                try JCS.canonical(JSONDocument(parsing: json, maximumDepth: Limits.bodyDepth).root))
        } catch {
            throw KezError(.badEnvelope, "There is no canonical form: \(error).")
        }
    }
}

extension RegistryEvent.Content: JSONWritable {
    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            switch self {
            case .handle(let handle, let primary, let envelope, let invite):
                writer.member("handle", handle.text)
                writer.member("primary", primary)
                if let invite { writer.member("invite", invite.hex) }
                writer.member("envelope", raw: envelope)
            case .release(let handle, let primary, let envelope):
                writer.member("handle", handle.text)
                writer.member("primary", primary)
                writer.member("envelope", raw: envelope)
            case .chain(let primary, let devices, let envelope):
                writer.member("primary", primary)
                writer.member("devices", devices.map(\.text))
                writer.member("envelope", raw: envelope)
            case .suspend(let primary, let reason, let until, let author):
                writer.member("primary", primary)
                writer.member("reason", reason)
                writer.member("until", until)
                // Left out where it says nothing new: events of the first version have no author.
                if author != .operator { writer.member("by", author.rawValue) }
            case .resume(let primary): writer.member("primary", primary)
            case .erased(let primary, let leaf):
                writer.member("primary", primary)
                writer.member("leaf", value: leaf)
            }
        }
    }

    init(_ kind: RegistryEventKind, _ data: MemberReader) throws(KezError) {
        let primary = try data.primary("primary")
        switch kind {
        case .handle, .release:
            let handle = try data.required("handle", "a handle") { $0.string.flatMap { Handle($0) } }
            let envelope = try data.object("envelope").raw
            guard kind == .handle else {
                self = .release(handle, primary, envelope: envelope)
                return
            }
            let invite = try data.optional("invite", "an invite's id") { $0.string.flatMap { InviteID($0) } }
            self = .handle(handle, primary, envelope: envelope, invite: invite)
        case .chain:
            let devices = try data.required("devices", "a list of keys") { member -> [Primary]? in
                guard let entries = member.array else { return nil }
                let keys = entries.compactMap { $0.string.flatMap { Primary(text: $0) } }
                return keys.count == entries.count ? keys : nil
            }
            self = .chain(primary, devices: devices, envelope: try data.object("envelope").raw)
        case .suspend:
            let until = try data.optional("until", "a time") { $0.string.flatMap { Timestamp($0) } }
            let author = try data.optional("by", "`operator` or `registry`") { member in
                member.string.flatMap(SuspensionAuthor.init(rawValue:))
            }
            self = .suspend(
                primary, reason: try data.string("reason"), until: until, by: author ?? .operator)
        case .resume: self = .resume(primary)
        case .erased: self = .erased(primary, leaf: try RegistryLeaf(json: data.object("leaf")))
        }
    }
}

/// Who suspended a key.
package enum SuspensionAuthor: String, Hashable, Sendable, CaseIterable {
    case `operator`
    /// The registry itself, for what was reported of the key.
    case registry
}

extension RegistryLeaf {
    /// SHA-256 of the canonical form, 64 hexadecimal digits: what the next leaf names as `prev`.
    ///
    /// - Throws: `KezError` with `bad_envelope` when the leaf is longer than 1,024 bytes.
    package func hash() throws(KezError) -> String {
        let canonical: [UInt8]
        do {
            canonical = try JCS.canonical(JSONDocument(parsing: self.bytes, maximumDepth: Limits.bodyDepth).root)
        } catch {
            throw KezError(.badEnvelope, "The leaf has no canonical form: \(error).")
        }
        guard canonical.count <= Self.maximumBytes else {
            throw KezError(.badEnvelope, "The leaf is longer than \(Self.maximumBytes) bytes.")
        }
        return Digest.sha256Hex(canonical)
    }
}
