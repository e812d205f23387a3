import Foundation
import KezCore
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
            + [keys.issuer.publicKey.text, keys.curve.publicKey.text, keys.internalToken, keys.invitePublic.text]
    }

    @Test func makesAKeyForEveryRoleOnceAndFindsItAgain() throws {
        let made = try DeploymentKeys.loadOrCreate(in: self.folder)
        #expect(Set(self.publicKeys(made)).count == DeploymentKeys.Role.allCases.count + 4)
        #expect(made.internalToken.count == 64)
        #expect(made.issuer.role == .account)
        #expect(self.publicKeys(try DeploymentKeys.loadOrCreate(in: self.folder)) == self.publicKeys(made))
        #expect(self.publicKeys(try DeploymentKeys.load(from: self.folder)) == self.publicKeys(made))
    }

    @Test func keepsEverybodyElseOut() throws {
        _ = try DeploymentKeys.loadOrCreate(in: self.folder)
        let names = try FileManager.default.contentsOfDirectory(atPath: self.folder)
        #expect(names.count == DeploymentKeys.Role.allCases.count + 5)
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

    /// What the version before had: everything but the invite key.
    @Test func addsTheInviteKeyToAFolderOfBefore() throws {
        let made = try DeploymentKeys.loadOrCreate(in: self.folder)
        for file in [DeploymentKeys.inviteFile, DeploymentKeys.invitePublicFile] {
            try FileManager.default.removeItem(atPath: "\(self.folder)/\(file)")
        }
        let grown = try DeploymentKeys.loadOrCreate(in: self.folder)
        #expect(grown.invitePublic != made.invitePublic)
        #expect(self.publicKeys(grown).dropLast() == self.publicKeys(made).dropLast())
        #expect(try DeploymentKeys.loadOrCreate(in: self.folder).invitePublic == grown.invitePublic)
        #expect(try KeyFile.secret(at: "\(self.folder)/\(DeploymentKeys.inviteFile)") == grown.invite?.seedText)
    }

    @Test func theSecretHalfOfTheInviteKeyMayBeElsewhere() throws {
        let made = try DeploymentKeys.loadOrCreate(in: self.folder)
        try FileManager.default.removeItem(atPath: "\(self.folder)/\(DeploymentKeys.inviteFile)")
        let loaded = try DeploymentKeys.loadOrCreate(in: self.folder)
        #expect(loaded.invite == nil)
        #expect(loaded.invitePublic == made.invitePublic)
    }

    @Test func refusesHalvesOfTwoInviteKeys() throws {
        _ = try DeploymentKeys.loadOrCreate(in: self.folder)
        let path = "\(self.folder)/\(DeploymentKeys.invitePublicFile)"
        try DeploymentKeys.generate().invitePublic.text.write(toFile: path, atomically: true, encoding: .utf8)
        #expect(throws: KeyFile.Failure.doesNotFit(path, "\(self.folder)/\(DeploymentKeys.inviteFile)")) {
            try DeploymentKeys.loadOrCreate(in: self.folder)
        }
        try "not a key".write(toFile: path, atomically: true, encoding: .utf8)
        #expect(throws: KeyFile.Failure.notAKey(path)) { try DeploymentKeys.loadOrCreate(in: self.folder) }
    }
}

@Suite struct RoleKeysTests {
    private let root: TemporaryFolder
    private var folder: String { self.root.file("keys") }

    init() throws {
        self.root = try TemporaryFolder("roles")
        _ = try DeploymentKeys.loadOrCreate(in: self.folder)
    }

    /// Takes away every file that the role is not said to need; then one that it is, to see that it was read.
    private func check(_ files: [String], load: (String) throws -> Void) throws {
        let manager = FileManager.default
        for name in try manager.contentsOfDirectory(atPath: self.folder) where !files.contains(name) {
            try manager.removeItem(atPath: "\(self.folder)/\(name)")
        }
        try load(self.folder)
        for name in files {
            let path = "\(self.folder)/\(name)"
            try manager.moveItem(atPath: path, toPath: path + ".away")
            #expect(throws: KeyFile.Failure.missing(path)) { try load(self.folder) }
            try manager.moveItem(atPath: path + ".away", toPath: path)
        }
    }

    @Test func theRegistryReadsItsOwnFilesAlone() throws {
        try self.check(RoleKeyFiles.registry) { _ = try RegistryKeys(in: $0) }
    }

    @Test func theCalloutReadsItsOwnFilesAlone() throws {
        try self.check(RoleKeyFiles.authCallout) { _ = try AuthCalloutKeys(in: $0) }
    }

    @Test func theGatewayReadsItsOwnFilesAlone() throws {
        try self.check(RoleKeyFiles.gateway) { _ = try GatewayKeys(in: $0) }
    }

    @Test func theWorkerReadsItsOwnFileAlone() throws {
        try self.check(RoleKeyFiles.inboxWorker) { _ = try DeploymentKeys.user(.worker, in: $0) }
    }
}
