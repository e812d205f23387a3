private import Foundation
private import KezCore
private import NKeys
private import Sodium

/// Secrets that the broker does not know, replaced in one step: whoever reads them is restarted afterwards.
package enum SecretReplacement: String, Sendable, CaseIterable {
    /// Bearer token of `/internal/nats/auth`.
    case internalToken = "internal-token"
    /// Signs invites. Those that were made before are refused afterwards.
    case invite

    /// - Returns: the files that hold another secret now.
    /// - Throws: `KeyFile.Failure`; when it fails in between, it is to be repeated.
    package func perform(in folder: String) throws(KeyFile.Failure) -> [String] {
        switch self {
        case .internalToken:
            let path = DeploymentKeys.path(DeploymentKeys.tokenFile, in: folder)
            try KeyFile.replace(path, with: Hex.encode(randomBytes(32)))
            return [path]
        case .invite:
            let pair = NKeyPair.generate(role: .operator)
            let secret = DeploymentKeys.path(DeploymentKeys.inviteFile, in: folder)
            let open = DeploymentKeys.path(DeploymentKeys.invitePublicFile, in: folder)
            try KeyFile.replace(secret, with: pair.seedText)
            try KeyFile.replace(open, with: Primary(pair.signingKey).text)
            return [secret, open]
        }
    }
}
