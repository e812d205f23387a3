private import Foundation
private import NKeys

/// Replaces a key of a deployment in three steps, each of which can be repeated, and goes on where it was interrupted.
///
/// 1. `prepare`: the next key lies beside the one in use; the broker's configuration names both.
/// 2. `takeOver`: the next one is in use, the former one lies beside it; the configuration still names both.
/// 3. `retire`: the former one is gone.
package struct KeyChange: Sendable {
    package enum Subject: Hashable, Sendable, CaseIterable {
        case login(DeploymentKeys.Role)
        /// The callout's issuer and curve key, of which the broker's configuration names just one pair.
        case issuer

        package static var allCases: [Subject] { DeploymentKeys.Role.allCases.map { .login($0) } + [.issuer] }

        package init?(_ name: String) {
            guard let found = Self.allCases.first(where: { $0.name == name }) else { return nil }
            self = found
        }

        package var name: String {
            switch self {
            case .login(let role): role.rawValue
            case .issuer: "issuer"
            }
        }

        package var files: [String] {
            switch self {
            case .login(let role): [role.file]
            case .issuer: CalloutKeyPair.files
            }
        }
    }

    package enum Failure: Error, Equatable, Sendable, CustomStringConvertible {
        /// `prepare` before the last change was over.
        case unfinished(String)
        /// `takeOver` or `retire` before the step that comes first.
        case notPrepared(String)
        case notTakenOver(String)
        case file(KeyFile.Failure)

        package var description: String {
            switch self {
            case .unfinished(let name): "the last change of \(name) is not over: run `kez keys retire \(name)` first"
            case .notPrepared(let name): "there is no next key of \(name): run `kez keys next \(name)` first"
            case .notTakenOver(let name): "the next key of \(name) is not in use: run `kez keys switch \(name)` first"
            case .file(let failure): failure.description
            }
        }
    }

    /// The folder of all keys.
    package let folder: String
    package let subject: Subject

    package init(_ subject: Subject, in folder: String) {
        self.subject = subject
        self.folder = folder
    }

    /// - Returns: the files that were written; none when the next key was there.
    package func prepare() throws(Failure) -> [String] {
        guard !self.subject.files.contains(where: { self.exists($0, .old) }) else {
            throw .unfinished(self.subject.name)
        }
        var written: [String] = []
        for file in self.subject.files where !self.exists(file, .next) {
            // Beside a key that is not there it would never come into use.
            guard self.exists(file, nil) else { throw .file(.missing(self.path(file, nil))) }
            try Self.files { () throws(KeyFile.Failure) in
                try KeyFile.write(self.fresh(file), to: self.path(file, .next))
            }
            written.append(self.path(file, .next))
        }
        return written
    }

    /// - Returns: the files that hold another key now; none when that had been done before.
    package func takeOver() throws(Failure) -> [String] {
        let files = self.subject.files
        // A file that was done before an interruption has an old key and no next one.
        guard files.allSatisfy({ self.exists($0, .next) || self.exists($0, .old) }) else {
            throw .notPrepared(self.subject.name)
        }
        var changed: [String] = []
        for file in files where self.exists(file, .next) {
            let (current, old) = (self.path(file, nil), self.path(file, .old))
            // At every moment there is a key in use.
            if unsafe link(current, old) != 0, errno != EEXIST { throw .file(Self.failure(old)) }
            guard unsafe rename(self.path(file, .next), current) == 0 else { throw .file(Self.failure(current)) }
            changed.append(current)
        }
        return changed
    }

    /// - Returns: the files that were removed; none when there was no old key.
    package func retire() throws(Failure) -> [String] {
        let files = self.subject.files
        guard !files.contains(where: { self.exists($0, .next) }) else { throw .notTakenOver(self.subject.name) }
        var removed: [String] = []
        for file in files where self.exists(file, .old) {
            guard unsafe unlink(self.path(file, .old)) == 0 else { throw .file(Self.failure(self.path(file, .old))) }
            removed.append(self.path(file, .old))
        }
        return removed
    }

    private func fresh(_ file: String) -> String {
        switch file {
        case DeploymentKeys.issuerFile: NKeyPair.generate(role: .account).seedText
        case DeploymentKeys.curveFile: XKeyPair.generate().seedText
        default: NKeyPair.generate(role: .user).seedText
        }
    }

    private func path(_ file: String, _ stage: KeyStage?) -> String {
        DeploymentKeys.path(stage?.name(of: file) ?? file, in: self.folder)
    }

    private func exists(_ file: String, _ stage: KeyStage?) -> Bool {
        FileManager.default.fileExists(atPath: self.path(file, stage))
    }

    private static func failure(_ path: String) -> KeyFile.Failure {
        .cannotWrite(path, reason: unsafe String(cString: strerror(errno)))
    }

    private static func files(_ body: () throws(KeyFile.Failure) -> Void) throws(Failure) {
        do { try body() } catch { throw .file(error) }
    }
}
