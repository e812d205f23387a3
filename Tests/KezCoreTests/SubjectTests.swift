import KezCore
import Testing

@Suite struct SubjectTests {
    private let ann: Primary
    private let bob: Primary

    init() throws {
        self.ann = try signer(1).primary
        self.bob = try signer(2).primary
    }

    @Test func buildsAndParsesEverySubject() throws {
        #expect(LogSubject(Subjects.send(to: self.ann, from: self.bob)) == .send(to: self.ann, from: self.bob))
        #expect(LogSubject(Subjects.send(to: self.ann, from: nil)) == .send(to: self.ann, from: nil))
        #expect(LogSubject(Subjects.control(owner: self.ann)) == .control(owner: self.ann))
        #expect(InboxSubject(Subjects.inbox(to: self.ann, from: nil))?.to == self.ann)
        #expect(InboxSubject(Subjects.inbox(to: self.ann, from: self.bob))?.from == self.bob)
        #expect(LiveSubject(Subjects.live(to: self.ann, from: self.bob))?.from == self.bob)
        #expect(SettingsSubject(Subjects.settings(owner: self.bob))?.owner == self.bob)
        for kind in RegistryEventKind.allCases {
            let parsed = RegistryLogSubject(Subjects.registryLog(kind, self.ann))
            #expect(parsed?.kind == kind && parsed?.primary == self.ann)
        }
        #expect(Subjects.send(to: self.ann, from: self.bob) == "kez.send.8.\(self.ann.hex).\(self.bob.hex)")
        #expect(Subjects.inboxPrefix(nkey: "UABC") == "_INBOX.UABC")
    }

    @Test func refusesOtherLogSubjects() {
        let (to, from) = (self.ann.hex, self.bob.hex)
        for subject in [
            "", "kez", "kez.send", "kez.send.7.\(to).\(from)", "kez.send.8.\(to)", "kez.send.8.\(to).\(from).x",
            "kez.send.8.\(to.uppercased()).\(from)", "kez.send.8.\(to).*", "kez.send.8.\(to).>",
            "kez.send.*.\(to).\(from)",
            "kez.send.8.\(to).ANON", "kez.send.8.\(to).", "kez.ctl.7.\(to)", "kez.ctl.8.\(to).x",
            "kez.inbox.\(to).\(from)",
            "kez.send.8.\(to.dropLast()).\(from)", "xkez.send.8.\(to).\(from)",
        ] { #expect(LogSubject(subject) == nil, "\(subject)") }
    }

    @Test func buildsAndParsesCalls() throws {
        var endpoints = RPCEndpoint.Registry.allCases.map(RPCEndpoint.registry)
        endpoints += RPCEndpoint.Account.allCases.map(RPCEndpoint.account)
        endpoints += RPCEndpoint.Inbox.allCases.map { RPCEndpoint.inbox(self.ann.shard, $0) }
        let callers = [RPCCaller.account(self.ann)] + RPCCaller.Service.allCases.map(RPCCaller.service)
        for endpoint in endpoints {
            for caller in callers {
                let subject = RPCSubject(caller: caller, endpoint: endpoint)
                #expect(RPCSubject(subject.text) == subject)
            }
        }
        #expect(RPCSubject.inbox(.list, of: self.ann).text == "kez.rpc.\(self.ann.hex).inbox.8.list")
        #expect(RPCEndpoint.registry(.byPrimary).pattern == "kez.rpc.*.registry.by_primary")
        #expect(RPCSubject("kez.rpc.\(self.ann.hex).inbox.7.list")?.isOnOwnShard == false)
        #expect(RPCSubject("kez.rpc.\(self.ann.hex).inbox.8.list")?.isOnOwnShard == true)
        for subject in [
            "kez.rpc.*.registry.lookup", "kez.rpc.nobody.registry.lookup", "kez.rpc.\(self.ann.hex).registry.nope",
            "kez.rpc.\(self.ann.hex).inbox.list", "kez.rpc.\(self.ann.hex).inbox.F.list",
            "kez.rpc.\(self.ann.hex).registry.lookup.x", "kez.rpc.\(self.ann.hex)",
        ] { #expect(RPCSubject(subject) == nil, "\(subject)") }
    }

    @Test func namesStreams() throws {
        #expect(Shard.all.map(StreamNames.log).first == "KEZ_LOG_0")
        #expect(StreamNames.shard(ofLog: "KEZ_LOG_a")?.digit == "a")
        for name in ["KEZ_LOG_", "KEZ_LOG_A", "KEZ_LOG_10", "KEZ_REGISTRY"] {
            #expect(StreamNames.shard(ofLog: name) == nil)
        }
    }

    @Test func permitsNothingElse() {
        let own = self.ann.hex
        let permitted = PermittedSubjects(account: self.ann, nkey: "UX")
        #expect(permitted.publish == ["kez.send.*.*.\(own)", "kez.live.*.\(own)", "kez.rpc.\(own).>"])
        #expect(permitted.subscribe == ["kez.inbox.\(own).>", "kez.live.\(own).*", "_INBOX.UX.>"])
        let suspended = PermittedSubjects(account: self.ann, nkey: "UX", isSuspended: true)
        #expect(suspended.publish == ["kez.rpc.\(own).inbox.>", "kez.rpc.\(own).account.status"])
    }
}
