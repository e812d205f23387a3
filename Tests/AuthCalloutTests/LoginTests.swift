import AuthCallout
import KezCore
import KezRuntime
import KezTesting
import NATS
import NKeys
import Testing

/// Real clients against a real broker that asks the real callout.
@Suite(.serialized) struct LoginTests {
    @Test func aRegisteredKeyGetsInUnderItsName() async throws {
        try await CalloutFixture.run { fixture in
            let person = fixture.register("tudisco")
            let connection = try await fixture.deployment.connect(person: person)
            try await connection.flush()
            let mine = try await fixture.connections().first { $0["name"] as? String == "test-person" }
            #expect(mine?["authorized_user"] as? String == "tudisco@kez.test")
            #expect(mine?["account"] as? String == "EDGE")
            #expect(fixture.health.isReady)
            await connection.close()
            let stats = try await fixture.stats()
            #expect(stats["allowed"]?.integer == 1)
            #expect(stats["refused"]?.integer == 0)
            #expect(stats["cache"]?["entries"]?.integer == 1)
        }
    }

    @Test func aKeyWithoutAHandleIsRefusedUntilItHasOne() async throws {
        try await CalloutFixture.run { fixture in
            let person = NKeyPair.generate(role: .user)
            await fixture.refusesToConnect(person)
            let reasons = try await fixture.stats()["reasons"]
            #expect(reasons?["no_handle"]?.integer == 1)
            // "No handle" is not remembered, and no event is needed.
            fixture.registry.set(admission(of: person.primary), for: person.primary)
            let connection = try await fixture.deployment.connect(person: person)
            await connection.close()
        }
    }

    @Test func otherCredentialsAreRefused() async throws {
        try await CalloutFixture.run { fixture in
            var options = ConnectionOptions(servers: [fixture.deployment.broker.url], name: "stranger")
            for credentials in [ConnectionOptions.Credentials.none, .password(user: "a", password: "b")] {
                options.credentials = credentials
                await #expect { try await NATSConnection.connect(options) } throws: {
                    ($0 as? NATSError)?.kind == .authorization
                }
            }
            let stats = try await fixture.stats()
            #expect(stats["reasons"]?["other_credentials"]?.integer == 1)
            #expect(stats["reasons"]?["no_key"]?.integer == 1)
            // Nor does a service's name without its key; older brokers do not even ask about it.
            options.credentials = .password(user: fixture.deployment.keys.pair(.registry).publicKey.text, password: "")
            await #expect(throws: NATSError.self) { try await NATSConnection.connect(options) }
            #expect(try await fixture.stats()["allowed"]?.integer == 0)
        }
    }

    @Test func aPersonMayPublishAndSubscribeOnlyItsOwn() async throws {
        try await CalloutFixture.run { fixture in
            let (person, other) = (fixture.register("tudisco"), fixture.register("other").primary)
            let connection = try await fixture.deployment.connect(person: person)
            let own = person.primary
            let body = [UInt8](#"{"kez":"test"}"#.utf8)

            // Fine: a message of one's own, acknowledged; an RPC in one's own name; one's own inbox.
            let inbox = try connection.subscribe(to: "kez.inbox.\(own.hex).>")
            let receipt = try await connection.request(body, to: Subjects.send(to: own, from: own))
            #expect(String(decoding: receipt.payload, as: UTF8.self).contains(#""seq":1"#))
            let copy = try await within { await inbox.next() }
            #expect(copy?.subject == Subjects.inbox(to: own, from: own))
            _ = try await connection.request(body, to: Subjects.send(to: other, from: own))
            await #expect {
                try await connection.request([], to: "kez.rpc.\(own.hex).account.status")
            } throws: {
                ($0 as? NATSError)?.kind == .noResponders
            }
            _ = try connection.subscribe(to: "kez.live.\(own.hex).*")

            for subject in [
                Subjects.send(to: own, from: other), Subjects.send(to: own, from: nil), "kez.send.\(own.hex)",
                "$JS.API.STREAM.PURGE.KEZ_LOG_0", "$JS.API.INFO", "kez.ctl.\(own.shard.digit).\(own.hex)",
                Subjects.settings(owner: own), Subjects.registryLog(.handle, own),
                "kez.rpc.\(other.hex).account.status", "kez.rpc.callout.registry.admit", "kez.callout.decide",
                "$SYS.REQ.USER.AUTH", "$SRV.PING", Subjects.inbox(to: other, from: own),
                Subjects.live(to: other, from: other),
                "_INBOX.\(person.publicKey.text).x",
            ] {
                let words = try await violation(on: connection) { try $0.publish(body, to: subject) }
                #expect(words.contains(subject), "\(words)")
            }
            for subject in [
                "kez.inbox.\(other.hex).>", "kez.inbox.>", "kez.inbox.*.\(own.hex)", ">", "*", "_INBOX.>", "_INBOX.*.*",
                "kez.live.*.\(own.hex)", "kez.send.>", "kez.rpc.>", "kez.registry.log.>",
                "$SYS.REQ.USER.AUTH", "$JS.>",
            ] {
                let words = try await violation(on: connection) { _ = try $0.subscribe(to: subject) }
                #expect(words.contains("\"\(subject)\""), "\(words)")
            }
            await connection.close()
        }
    }

    @Test func aSuspendedKeyMayOnlyRead() async throws {
        try await CalloutFixture.run { fixture in
            let person = fixture.register("tudisco", isSuspended: true)
            let connection = try await fixture.deployment.connect(person: person)
            let own = person.primary
            _ = try connection.subscribe(to: "kez.inbox.\(own.hex).>")
            for call in ["inbox.\(own.shard.digit).list", "account.status"] {
                await #expect { try await connection.request([], to: "kez.rpc.\(own.hex).\(call)") } throws: {
                    ($0 as? NATSError)?.kind == .noResponders
                }
            }
            for subject in [
                Subjects.send(to: own, from: own), Subjects.live(to: own, from: own),
                "kez.rpc.\(own.hex).registry.lookup", "kez.rpc.\(own.hex).registry.release",
            ] {
                let words = try await violation(on: connection) { try $0.publish([], to: subject) }
                #expect(words.contains(subject), "\(words)")
            }
            await connection.close()
            #expect(try await fixture.stats()["suspended"]?.integer == 1)
        }
    }

    @Test func fiveHundredLoginsAtOnceAllSucceed() async throws {
        try await CalloutFixture.run { fixture in
            let people = (0..<500).map { fixture.register("person\($0)") }
            let connections = try await withThrowingTaskGroup(of: NATSConnection.self) { group in
                for person in people {
                    group.addTask {
                        var options = fixture.deployment.settings.options(name: "storm", pair: person)
                        options.inboxPrefix = Subjects.inboxPrefix(nkey: person.publicKey.text)
                        options.connectTimeout = .seconds(30)
                        return try await NATSConnection.connect(options)
                    }
                }
                var connections: [NATSConnection] = []
                for try await connection in group { connections.append(connection) }
                return connections
            }
            #expect(connections.count == 500)
            #expect(try await fixture.stats()["allowed"]?.integer == 500)
            for connection in connections { await connection.close() }
        }
    }
}
