import Foundation
import KezRuntime
import KezTesting
import NKeys
import Testing

@Suite struct KeyFileTests {
    private let folder: TemporaryFolder

    init() throws { self.folder = try TemporaryFolder("keys") }

    private func write(_ text: String, mode: Int = 0o600) throws -> String {
        let path = self.folder.file("key-\(UUID().uuidString)")
        try text.write(toFile: path, atomically: false, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        return path
    }

    private func mode(_ path: String) throws -> Int {
        try #require(FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber).intValue
    }

    @Test func readsWhatItWrote() throws {
        let (pair, curve) = (NKeyPair.generate(role: .account), XKeyPair.generate())
        let (pairPath, curvePath) = (self.folder.file("a"), self.folder.file("x"))
        try KeyFile.write(pair.seedText, to: pairPath)
        try KeyFile.write(curve.seedText, to: curvePath)
        #expect(try KeyFile.pair(at: pairPath, role: .account).publicKey == pair.publicKey)
        #expect(try KeyFile.curve(at: curvePath).publicKey == curve.publicKey)
        #expect(try self.mode(pairPath) == 0o600)
    }

    @Test func takesTheFirstLineOnly() throws {
        #expect(try KeyFile.secret(at: self.write("secret\nmore\n")) == "secret")
        #expect(try KeyFile.secret(at: self.write("secret")) == "secret")
        #expect(try KeyFile.secret(at: self.write("")) == "")
    }

    @Test(arguments: [0o640, 0o604, 0o660, 0o601, 0o777])
    func refusesAFileThatOthersMayReach(mode: Int) throws {
        let path = try self.write("secret", mode: mode)
        #expect(throws: KeyFile.Failure.tooOpen(path)) { try KeyFile.secret(at: path) }
    }

    @Test(arguments: [0o600, 0o400])
    func takesAFileOfItsOwnersOnly(mode: Int) throws {
        #expect(try KeyFile.secret(at: self.write("secret", mode: mode)) == "secret")
    }

    @Test func refusesWhatIsMissingOrNoFile() throws {
        for path in [self.folder.file("missing"), self.folder.url.path, ""] {
            #expect(throws: KeyFile.Failure.missing(path)) { try KeyFile.secret(at: path) }
        }
    }

    @Test func refusesWhatIsNoSeedOfThatKind() throws {
        let user = NKeyPair.generate(role: .user)
        for text in ["", "secret", user.publicKey.text, user.seedText.lowercased(), XKeyPair.generate().seedText] {
            let path = try self.write(text)
            #expect(throws: KeyFile.Failure.notAKey(path)) { try KeyFile.pair(at: path, role: .user) }
        }
        let path = try self.write(user.seedText)
        #expect(throws: KeyFile.Failure.notAKey(path)) { try KeyFile.pair(at: path, role: .account) }
        #expect(throws: KeyFile.Failure.notAKey(path)) { try KeyFile.curve(at: path) }
    }

    @Test func neverOverwrites() throws {
        let path = try self.write("the key")
        #expect {
            try KeyFile.write("another", to: path)
        } throws: {
            guard case .cannotWrite(let named, _) = $0 as? KeyFile.Failure else { return false }
            return named == path
        }
        #expect(try KeyFile.secret(at: path) == "the key")
        // Not through a link either, which could lead anywhere.
        let link = self.folder.file("link")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: self.folder.file("nowhere"))
        #expect(throws: KeyFile.Failure.self) { try KeyFile.write("another", to: link) }
    }

    @Test func refusesAFolderThatDoesNotExist() {
        #expect(throws: KeyFile.Failure.self) { try KeyFile.write("key", to: self.folder.file("no/such/folder")) }
    }

    @Test func failuresSayNothingOfTheKey() throws {
        let path = try self.write("SUABFGVLKBEU7WBDO22")
        #expect { try KeyFile.pair(at: path, role: .user) } throws: {
            "\($0)".contains(path) && !"\($0)".contains("SUABFG")
        }
    }
}

@Suite struct DeploymentKeysTests {
    private let root: TemporaryFolder
    private var folder: String { self.root.file("keys") }

    init() throws { self.root = try TemporaryFolder("deployment") }

    private func publicKeys(_ keys: DeploymentKeys) -> [String] {
        DeploymentKeys.Role.allCases.map { keys.pair($0).publicKey.text }
            + [keys.issuer.publicKey.text, keys.curve.publicKey.text, keys.internalToken]
    }

    @Test func makesAKeyForEveryRoleOnceAndFindsItAgain() throws {
        let made = try DeploymentKeys.loadOrCreate(in: self.folder)
        #expect(Set(self.publicKeys(made)).count == DeploymentKeys.Role.allCases.count + 3)
        #expect(made.internalToken.count == 64)
        #expect(made.issuer.role == .account)
        #expect(self.publicKeys(try DeploymentKeys.loadOrCreate(in: self.folder)) == self.publicKeys(made))
        #expect(self.publicKeys(try DeploymentKeys.load(from: self.folder)) == self.publicKeys(made))
    }

    @Test func keepsEverybodyElseOut() throws {
        _ = try DeploymentKeys.loadOrCreate(in: self.folder)
        let names = try FileManager.default.contentsOfDirectory(atPath: self.folder)
        #expect(names.count == DeploymentKeys.Role.allCases.count + 3)
        for path in [self.folder] + names.map({ "\(self.folder)/\($0)" }) {
            let mode = try #require(FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber)
            #expect(mode.intValue & 0o077 == 0, "\(path)")
        }
    }

    @Test func beginsAnewAfterAnInterruptedFirstStart() throws {
        let draft = self.folder + ".new"
        try FileManager.default.createDirectory(atPath: draft, withIntermediateDirectories: true)
        try KeyFile.write("half a set", to: "\(draft)/\(DeploymentKeys.Role.provision.file)")
        let made = try DeploymentKeys.loadOrCreate(in: self.folder)
        #expect(self.publicKeys(try DeploymentKeys.load(from: self.folder)) == self.publicKeys(made))
        #expect(!FileManager.default.fileExists(atPath: draft))
    }

    @Test func neverReplacesASetWhoseIssuerIsGone() throws {
        _ = try DeploymentKeys.loadOrCreate(in: self.folder)
        let path = "\(self.folder)/\(DeploymentKeys.issuerFile)"
        try FileManager.default.removeItem(atPath: path)
        #expect(throws: KeyFile.Failure.missing(path)) { try DeploymentKeys.loadOrCreate(in: self.folder) }
    }

    @Test func refusesASetThatLacksAKey() throws {
        _ = try DeploymentKeys.loadOrCreate(in: self.folder)
        let path = "\(self.folder)/\(DeploymentKeys.Role.gateway.file)"
        try FileManager.default.removeItem(atPath: path)
        #expect(throws: KeyFile.Failure.missing(path)) { try DeploymentKeys.loadOrCreate(in: self.folder) }
    }

    @Test func refusesAKeyInAnothersPlace() throws {
        _ = try DeploymentKeys.loadOrCreate(in: self.folder)
        let path = "\(self.folder)/\(DeploymentKeys.issuerFile)"
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.copyItem(atPath: "\(self.folder)/\(DeploymentKeys.Role.ops.file)", toPath: path)
        #expect(throws: KeyFile.Failure.notAKey(path)) { try DeploymentKeys.load(from: self.folder) }
    }
}
