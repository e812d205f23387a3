private import Foundation
private import KezCore
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

    package let users: [Role: NKeyPair]
    /// Signs what people may do. Whoever has it can place users in any account.
    package let issuer: NKeyPair
    /// Opens requests that the broker seals for the callout.
    package let curve: XKeyPair
    /// Bearer token of `/internal/nats/auth` on the public port.
    package let internalToken: String

    package static func generate() -> DeploymentKeys {
        DeploymentKeys(
            users: Dictionary(uniqueKeysWithValues: Role.allCases.map { ($0, NKeyPair.generate(role: .user)) }),
            issuer: .generate(role: .account), curve: .generate(), internalToken: Hex.encode(randomBytes(32)))
    }

    /// The keys of a folder, made where there are none; a folder with some of them is refused, for a new key
    /// would not fit the others.
    ///
    /// - Throws: `KeyFile.Failure`.
    package static func loadOrCreate(in folder: String) throws(KeyFile.Failure) -> DeploymentKeys {
        let issuer = Self.path(Self.issuerFile, in: folder)
        // The issuer is written last: with it the set is whole.
        if FileManager.default.fileExists(atPath: issuer) { return try self.load(from: folder) }
        let keys = self.generate()
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            // What an interrupted first start left behind was never used.
            for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
                try FileManager.default.removeItem(atPath: self.path(name, in: folder))
            }
        } catch {
            throw .cannotWrite(folder, reason: error.localizedDescription)
        }
        for role in Role.allCases {
            if let pair = keys.users[role] { try KeyFile.write(pair.seedText, to: self.path(role.file, in: folder)) }
        }
        try KeyFile.write(keys.curve.seedText, to: self.path(self.curveFile, in: folder))
        try KeyFile.write(keys.internalToken, to: self.path(self.tokenFile, in: folder))
        try KeyFile.write(keys.issuer.seedText, to: issuer)
        return keys
    }

    package static func load(from folder: String) throws(KeyFile.Failure) -> DeploymentKeys {
        var users: [Role: NKeyPair] = [:]
        for role in Role.allCases {
            users[role] = try KeyFile.pair(at: self.path(role.file, in: folder), role: .user)
        }
        return DeploymentKeys(
            users: users, issuer: try KeyFile.pair(at: self.path(self.issuerFile, in: folder), role: .account),
            curve: try KeyFile.curve(at: self.path(self.curveFile, in: folder)),
            internalToken: try KeyFile.secret(at: self.path(self.tokenFile, in: folder)))
    }

    /// The login of a service.
    package func pair(_ role: Role) -> NKeyPair {
        guard let pair = self.users[role] else { preconditionFailure("a deployment has a key for every role") }
        return pair
    }

    private static func path(_ name: String, in folder: String) -> String {
        URL(filePath: folder).appending(path: name).path
    }
}
