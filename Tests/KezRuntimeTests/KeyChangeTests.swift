import Foundation
import KezCore
import KezRuntime
import KezTesting
import NKeys
import Testing

@Suite struct KeyChangeTests {
    private let root: TemporaryFolder
    private var folder: String { self.root.file("keys") }

    init() throws {
        self.root = try TemporaryFolder("change")
        _ = try DeploymentKeys.loadOrCreate(in: self.folder)
    }

    private func names() throws -> Set<String> { Set(try FileManager.default.contentsOfDirectory(atPath: self.folder)) }

    private func text(_ name: String) throws -> String { try KeyFile.secret(at: "\(self.folder)/\(name)") }

    private func move(_ name: String, to other: String) throws {
        try FileManager.default.moveItem(atPath: "\(self.folder)/\(name)", toPath: "\(self.folder)/\(other)")
    }

    @Test(arguments: KeyChange.Subject.allCases)
    func aKeyIsReplacedInThreeSteps(subject: KeyChange.Subject) throws {
        let (change, before) = (KeyChange(subject, in: self.folder), try self.names())
        let former = try subject.files.map { try self.text($0) }
        #expect(try change.prepare().count == subject.files.count)
        #expect(try subject.files.map { try self.text($0) } == former)
        let upcoming = try subject.files.map { try self.text(KeyStage.next.name(of: $0)) }
        #expect(Set(upcoming).isDisjoint(with: former))
        #expect(try change.takeOver().count == subject.files.count)
        #expect(try subject.files.map { try self.text($0) } == upcoming)
        #expect(try subject.files.map { try self.text(KeyStage.old.name(of: $0)) } == former)
        #expect(try change.retire().count == subject.files.count)
        #expect(try self.names() == before)
        for name in try self.names() {
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(self.folder)/\(name)")
            #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600, "\(name)")
        }
        _ = try DeploymentKeys.load(from: self.folder)
    }

    @Test func everyStepMayBeRepeated() throws {
        let change = KeyChange(.issuer, in: self.folder)
        #expect(try change.retire().isEmpty)
        _ = try change.prepare()
        let upcoming = try self.text("issuer.next.nk")
        #expect(try change.prepare().isEmpty)
        #expect(try self.text("issuer.next.nk") == upcoming)
        _ = try change.takeOver()
        #expect(try change.takeOver().isEmpty)
        _ = try change.retire()
        #expect(try change.retire().isEmpty)
        #expect(try self.text("issuer.nk") == upcoming)
    }

    @Test func aStepBeforeItsTurnIsRefused() throws {
        let change = KeyChange(.login(.worker), in: self.folder)
        #expect(throws: KeyChange.Failure.notPrepared("worker")) { try change.takeOver() }
        _ = try change.prepare()
        #expect(throws: KeyChange.Failure.notTakenOver("worker")) { try change.retire() }
        _ = try change.takeOver()
        #expect(throws: KeyChange.Failure.unfinished("worker")) { try change.prepare() }
    }

    @Test func aStepThatWasInterruptedGoesOn() throws {
        let change = KeyChange(.issuer, in: self.folder)
        _ = try change.prepare()
        let (issuer, curve) = (try self.text("issuer.next.nk"), try self.text("callout-xkey.next.nk"))
        try FileManager.default.removeItem(atPath: "\(self.folder)/callout-xkey.next.nk")
        #expect(try change.prepare() == ["\(self.folder)/callout-xkey.next.nk"])
        #expect(try self.text("issuer.next.nk") == issuer)
        #expect(try self.text("callout-xkey.next.nk") != curve)
        // The old name is there, the new one not yet in its place; and one file is done.
        try FileManager.default.linkItem(atPath: "\(self.folder)/issuer.nk", toPath: "\(self.folder)/issuer.old.nk")
        #expect(try change.takeOver().count == 2)
        #expect(try self.text("issuer.nk") == issuer)
        try FileManager.default.removeItem(atPath: "\(self.folder)/issuer.old.nk")
        #expect(try change.retire() == ["\(self.folder)/callout-xkey.old.nk"])
    }

    @Test func noNextKeyIsMadeBesideOneThatIsNotThere() throws {
        try self.move("ops.nk", to: "elsewhere")
        #expect(throws: KeyChange.Failure.file(.missing("\(self.folder)/ops.nk"))) {
            try KeyChange(.login(.ops), in: self.folder).prepare()
        }
        #expect(!(try self.names()).contains("ops.next.nk"))
    }

    @Test func aCalloutKnowsThePairsOnTheirWay() throws {
        #expect(try AuthCalloutKeys(in: self.folder).others.isEmpty)
        let former = try AuthCalloutKeys(in: self.folder).identity.issuer.publicKey
        _ = try KeyChange(.issuer, in: self.folder).prepare()
        let next = try #require(try AuthCalloutKeys(in: self.folder).others.first)
        _ = try KeyChange(.issuer, in: self.folder).takeOver()
        let keys = try AuthCalloutKeys(in: self.folder)
        #expect(keys.identity.issuer.publicKey == next.issuer.publicKey)
        #expect(keys.identity.curve.publicKey == next.curve.publicKey)
        #expect(keys.others.map(\.issuer.publicKey) == [former])
        #expect(AuthCalloutKeys(try DeploymentKeys.load(from: self.folder)).others.map(\.issuer.publicKey) == [former])
    }

    @Test(arguments: ["issuer.next.nk", "callout-xkey.next.nk", "issuer.old.nk"])
    func halfAPairIsRefused(missing: String) throws {
        let change = KeyChange(.issuer, in: self.folder)
        _ = try change.prepare()
        if missing.contains("old") { _ = try change.takeOver() }
        let path = "\(self.folder)/\(missing)"
        try FileManager.default.removeItem(atPath: path)
        #expect(throws: KeyFile.Failure.missing(path)) { try AuthCalloutKeys(in: self.folder) }
        #expect(throws: KeyFile.Failure.missing(path)) { try DeploymentKeys.load(from: self.folder) }
    }

    /// As systemd gives a unit what there is not.
    @Test func aFileThatSaysNoneIsNoKey() throws {
        for file in CalloutKeyPair.files {
            for stage in KeyStage.allCases { try KeyFile.write("none", to: "\(self.folder)/\(stage.name(of: file))") }
        }
        #expect(try AuthCalloutKeys(in: self.folder).others.isEmpty)
    }

    @Test func secretsOutsideTheBrokerAreReplacedAtOnce() throws {
        let before = try DeploymentKeys.load(from: self.folder)
        #expect(try SecretReplacement.internalToken.perform(in: self.folder) == ["\(self.folder)/internal-token"])
        #expect(try SecretReplacement.invite.perform(in: self.folder).count == 2)
        let after = try DeploymentKeys.load(from: self.folder)
        #expect(after.internalToken != before.internalToken)
        #expect(after.internalToken.count == 64)
        #expect(after.invitePublic != before.invitePublic)
        #expect(after.invite.map { Primary($0.signingKey) } == after.invitePublic)
        #expect(try self.names().count == DeploymentKeys.Role.allCases.count + 5)
    }

    @Test func theListShowsPublicHalvesAlone() throws {
        _ = try KeyChange(.login(.gateway), in: self.folder).prepare()
        let lines = try KeyListing(of: self.folder).lines
        let keys = try DeploymentKeys.load(from: self.folder)
        #expect(lines.contains("gateway\tin use\t\(keys.pair(.gateway).publicKey.text)"))
        #expect(lines.contains("gateway\tnext\t\(try #require(keys.otherUsers[.gateway]?.first).publicKey.text)"))
        #expect(lines.contains("issuer\tin use\t\(keys.issuer.publicKey.text)"))
        let seeds = keys.users.values.map(\.seedText) + [keys.issuer.seedText, keys.curve.seedText]
        for seed in seeds { #expect(!lines.joined().contains(seed)) }
    }
}
