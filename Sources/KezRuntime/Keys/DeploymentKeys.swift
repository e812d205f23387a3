private import Foundation
package import KezCore
package import NKeys
private import Sodium

/// Every key of a deployment: one for each service, the callout's issuer and curve key, the operator's own.
package struct DeploymentKeys: Sendable {
    /// A login of the broker's configuration; the file is `<name>.nk`, the placeholder `U_<NAME>`.
    package enum Role: String, Sendable, CaseIterable {
        case provision, eraser, registry, worker, gateway, ops, callout, admin, kick

        package var file: String { "\(self.rawValue).nk" }
        package var placeholder: String { "U_\(self.rawValue.uppercased())" }
    }

    package static let issuerFile = "issuer.nk"
    package static let curveFile = "callout-xkey.nk"
    package static let tokenFile = "internal-token"
    package static let inviteFile = "invite.nk"
    /// The one file that is no secret: `ed25519:<hex>`.
    package static let invitePublicFile = "invite.pub"

    package let users: [Role: NKeyPair]
    /// Logins that the broker knows beside those in use, while keys change.
    package private(set) var otherUsers: [Role: [NKeyPair]] = [:]
    /// What the broker's `auth_callout` names.
    package let identity: CalloutKeyPair
    package var issuer: NKeyPair { self.identity.issuer }
    package var curve: XKeyPair { self.identity.curve }
    /// Further ones that callouts know, while keys change.
    package private(set) var otherIdentities: [CalloutKeyPair] = []
    /// Bearer token of `/internal/nats/auth` on the public port.
    package let internalToken: String
    /// Signs invites; nil where the operator keeps it elsewhere.
    package let invite: NKeyPair?
    /// Whose invites the registry takes.
    package let invitePublic: Primary

    package static func generate() -> DeploymentKeys {
        let invite = NKeyPair.generate(role: .operator)
        return DeploymentKeys(
            users: Dictionary(uniqueKeysWithValues: Role.allCases.map { ($0, NKeyPair.generate(role: .user)) }),
            identity: CalloutKeyPair(issuer: .generate(role: .account), curve: .generate()),
            internalToken: Hex.encode(randomBytes(32)),
            invite: invite, invitePublic: Primary(invite.signingKey))
    }

    /// The keys of a folder, made where there is none. A folder that lacks one of them is refused: new keys would
    /// not fit those that clients, streams and the broker know. Only what its version did not have yet is added.
    ///
    /// - Throws: `KeyFile.Failure`.
    package static func loadOrCreate(in folder: String) throws(KeyFile.Failure) -> DeploymentKeys {
        let manager = FileManager.default
        if manager.fileExists(atPath: folder) {
            try self.addWhatIsNew(to: folder)
            return try self.load(from: folder)
        }
        // They come into being under another name, so that an interrupted first start leaves no half set behind.
        let keys = self.generate()
        let draft = folder + ".new"
        do {
            if manager.fileExists(atPath: draft) { try manager.removeItem(atPath: draft) }
            try manager.createDirectory(
                atPath: draft, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw .cannotWrite(folder, reason: error.localizedDescription)
        }
        try keys.write(to: draft)
        do {
            try manager.moveItem(atPath: draft, toPath: folder)
        } catch {
            throw .cannotWrite(folder, reason: error.localizedDescription)
        }
        return keys
    }

    /// Makes the keys that folders of earlier versions lack: the invite key. Its public half without the secret
    /// one is no lack: an operator may keep the latter elsewhere.
    private static func addWhatIsNew(to folder: String) throws(KeyFile.Failure) {
        let (secret, open) = (self.path(self.inviteFile, in: folder), self.path(self.invitePublicFile, in: folder))
        guard !FileManager.default.fileExists(atPath: open) else { return }
        if !FileManager.default.fileExists(atPath: secret) {
            try KeyFile.write(NKeyPair.generate(role: .operator).seedText, to: secret)
        }
        try KeyFile.write(Primary(try KeyFile.pair(at: secret, role: .operator).signingKey).text, to: open)
    }

    private func write(to folder: String) throws(KeyFile.Failure) {
        for role in Role.allCases {
            try KeyFile.write(self.pair(role).seedText, to: Self.path(role.file, in: folder))
        }
        try KeyFile.write(self.identity.curve.seedText, to: Self.path(Self.curveFile, in: folder))
        try KeyFile.write(self.internalToken, to: Self.path(Self.tokenFile, in: folder))
        if let invite = self.invite { try KeyFile.write(invite.seedText, to: Self.path(Self.inviteFile, in: folder)) }
        try KeyFile.write(self.invitePublic.text, to: Self.path(Self.invitePublicFile, in: folder))
        try KeyFile.write(self.identity.issuer.seedText, to: Self.path(Self.issuerFile, in: folder))
    }

    /// - Throws: `KeyFile.Failure`; `.doesNotFit` when the two halves of the invite key are of two keys.
    package static func load(from folder: String) throws(KeyFile.Failure) -> DeploymentKeys {
        var users: [Role: NKeyPair] = [:]
        for role in Role.allCases { users[role] = try self.user(role, in: folder) }
        let secret = self.path(self.inviteFile, in: folder)
        return DeploymentKeys(
            users: users, otherUsers: try self.otherUsers(in: folder), identity: try CalloutKeyPair(in: folder),
            otherIdentities: try CalloutKeyPair.others(in: folder),
            internalToken: try KeyFile.secret(at: self.path(self.tokenFile, in: folder)),
            invite: FileManager.default.fileExists(atPath: secret)
                ? try KeyFile.pair(at: secret, role: .operator) : nil,
            invitePublic: try self.invitePublic(in: folder))
    }

    private static func otherUsers(in folder: String) throws(KeyFile.Failure) -> [Role: [NKeyPair]] {
        var found: [Role: [NKeyPair]] = [:]
        for role in Role.allCases {
            for stage in KeyStage.allCases {
                let path = self.path(stage.name(of: role.file), in: folder)
                guard FileManager.default.fileExists(atPath: path) else { continue }
                found[role, default: []].append(try KeyFile.pair(at: path, role: .user))
            }
        }
        return found
    }

    /// The login of one service, read from its own file alone.
    package static func user(_ role: Role, in folder: String) throws(KeyFile.Failure) -> NKeyPair {
        try KeyFile.pair(at: self.path(role.file, in: folder), role: .user)
    }

    /// What signs invites, read from its own file alone.
    package static func invite(in folder: String) throws(KeyFile.Failure) -> NKeyPair {
        try KeyFile.pair(at: self.path(self.inviteFile, in: folder), role: .operator)
    }

    /// Whose invites are taken.
    ///
    /// - Throws: `KeyFile.Failure`; `.doesNotFit` when the secret half lies beside it and is another key's.
    package static func invitePublic(in folder: String) throws(KeyFile.Failure) -> Primary {
        let (open, secret) = (self.path(self.invitePublicFile, in: folder), self.path(self.inviteFile, in: folder))
        let key = try KeyFile.publicKey(at: open)
        guard FileManager.default.fileExists(atPath: secret) else { return key }
        guard Primary(try KeyFile.pair(at: secret, role: .operator).signingKey) == key else {
            throw .doesNotFit(open, secret)
        }
        return key
    }

    /// The login of a service.
    package func pair(_ role: Role) -> NKeyPair {
        guard let pair = self.users[role] else { preconditionFailure("a deployment has a key for every role") }
        return pair
    }

    static func path(_ name: String, in folder: String) -> String {
        URL(filePath: folder).appending(path: name).path
    }
}
