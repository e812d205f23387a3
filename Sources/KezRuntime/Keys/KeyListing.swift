private import Foundation
private import KezCore
private import NKeys

/// The public halves of a folder's keys: what `connz` and the broker's configuration show.
package struct KeyListing: Sendable {
    /// `registry  in use  UABC…`
    package let lines: [String]

    /// - Throws: `KeyFile.Failure`.
    package init(of folder: String) throws(KeyFile.Failure) {
        var lines: [String] = []
        for subject in KeyChange.Subject.allCases {
            for stage in [nil] + KeyStage.allCases.map(Optional.some) {
                for file in subject.files {
                    let path = DeploymentKeys.path(stage?.name(of: file) ?? file, in: folder)
                    if stage != nil, !FileManager.default.fileExists(atPath: path) { continue }
                    let state = stage?.rawValue ?? "in use"
                    lines.append(
                        [file.replacing(".nk", with: ""), state, try Self.publicKey(of: file, at: path)]
                            .joined(separator: "\t"))
                }
            }
        }
        lines.append("invite\tin use\t\(try DeploymentKeys.invitePublic(in: folder).text)")
        self.lines = lines
    }

    private static func publicKey(of file: String, at path: String) throws(KeyFile.Failure) -> String {
        switch file {
        case DeploymentKeys.issuerFile: try KeyFile.pair(at: path, role: .account).publicKey.text
        case DeploymentKeys.curveFile: try KeyFile.curve(at: path).publicKey.text
        default: try KeyFile.pair(at: path, role: .user).publicKey.text
        }
    }
}
