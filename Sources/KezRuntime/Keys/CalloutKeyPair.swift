private import Foundation
package import NKeys

/// The two keys that a broker's `auth_callout` names. They change together: the curve key that opens a request tells
/// which issuer its server believes.
package struct CalloutKeyPair: Sendable {
    /// Signs what people may do. Whoever has it can place users in any account.
    package let issuer: NKeyPair
    /// Opens requests that the broker seals for the callout.
    package let curve: XKeyPair

    package static let files = [DeploymentKeys.issuerFile, DeploymentKeys.curveFile]

    package init(issuer: NKeyPair, curve: XKeyPair) {
        self.issuer = issuer
        self.curve = curve
    }

    /// The pair of a stage, the one in use without one.
    ///
    /// - Throws: `KeyFile.Failure`.
    init(in folder: String, _ stage: KeyStage? = nil) throws(KeyFile.Failure) {
        func path(_ file: String) -> String { DeploymentKeys.path(stage?.name(of: file) ?? file, in: folder) }
        self.issuer = try KeyFile.pair(at: path(DeploymentKeys.issuerFile), role: .account)
        self.curve = try KeyFile.curve(at: path(DeploymentKeys.curveFile))
    }

    /// What stands in place of a key that there is not: systemd gives a unit each credential that it names.
    private static let none = "none"

    /// Those that a callout knows beside the one in use, while keys change.
    ///
    /// - Throws: `KeyFile.Failure`; `.missing` when only one file of a pair is there.
    static func others(in folder: String) throws(KeyFile.Failure) -> [CalloutKeyPair] {
        var found: [CalloutKeyPair] = []
        for stage in KeyStage.allCases {
            let isThere = Self.files.contains { file in
                let path = DeploymentKeys.path(stage.name(of: file), in: folder)
                guard FileManager.default.fileExists(atPath: path) else { return false }
                return (try? KeyFile.secret(at: path)) != Self.none
            }
            if isThere { found.append(try CalloutKeyPair(in: folder, stage)) }
        }
        return found
    }
}
