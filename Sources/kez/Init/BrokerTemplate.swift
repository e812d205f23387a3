import Foundation
import KezRuntime

/// The broker's configuration, deploy/nats.conf, as it is built into the program.
enum BrokerTemplate {
    /// Fills it in and writes it, unless the file already says the same.
    ///
    /// - Returns: whether the file was written.
    @discardableResult
    static func write(_ configuration: BrokerConfiguration, keys: DeploymentKeys, to path: String) throws -> Bool {
        let template = String(decoding: PackageResources.nats_conf, as: UTF8.self)
        let text = configuration.rendered(template, keys: keys)
        if let known = try? String(contentsOfFile: path, encoding: .utf8), known == text { return false }
        do {
            try text.write(toFile: path, atomically: true, encoding: .utf8)
        } catch {
            throw Failure("The broker's configuration \(path) cannot be written: \(error.localizedDescription)")
        }
        return true
    }
}
