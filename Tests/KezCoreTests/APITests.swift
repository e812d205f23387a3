import KezCore
import Testing

@Suite struct APITests {
    private func again<Model: JSONWritable>(_ model: Model, _ read: (JSONValue) throws -> Model) throws -> Model {
        let root = try JSONDocument(parsing: model.bytes, maximumDepth: 32).root
        #expect(root["kez"] == nil)
        #expect(code { _ = try read(parse("{}")) } == .badRequest)
        #expect(code { _ = try read(parse("[]")) } == .badRequest)
        return try read(root)
    }

    @Test func readsTheModelsItWrites() throws {
        let ann = try signer(1).primary
        let moment = try time("2026-05-25T03:00:00.123Z")
        let user = UserObject(
            handle: try #require(Handle("ann")), fqhn: "ann@kez.lat", primary: ann, sigchainURL: "http://x",
            registeredAt: moment, sigchain: SigchainMark(length: 0, head: nil))
        #expect(try self.again(user, UserObject.init) == user)
        #expect(try self.again(UserList(users: [user]), UserList.init).users == [user])
        for admission in [
            Admission(user: user, isSuspended: true, reason: "spam", until: moment),
            Admission(user: user, isSuspended: true), Admission(user: nil, isSuspended: false),
        ] {
            #expect(try self.again(admission, Admission.init) == admission)
        }
        let status = AccountStatus(handle: user.handle, isSuspended: true, reason: "spam", until: moment)
        #expect(try self.again(status, AccountStatus.init) == status)
        let message = InboxMessage(seq: 7, from: ann, envelope: Array("{ \"a\" : 1e999 }".utf8), receivedAt: moment)
        #expect(try self.again(message, InboxMessage.init) == message)
        let anonymous = InboxMessage(seq: .max, from: nil, envelope: Array("{}".utf8), receivedAt: moment)
        let page = InboxPage(messages: [message, anonymous], since: 3, hasMore: true, oldest: 5, epoch: "e")
        #expect(try self.again(page, InboxPage.init) == page)
        #expect(page.truncated && page.next == .max)
        #expect(!InboxPage(messages: [], since: 4, hasMore: false, oldest: 5, epoch: "e").truncated)
        let head = InboxHead(lastSeq: 9, epoch: "e")
        #expect(try self.again(head, InboxHead.init) == head)
        let stats = InboxStats(messages: 1, bytes: 2, lastSeq: 3, isOverQuota: false)
        #expect(try self.again(stats, InboxStats.init) == stats)
        #expect(try self.again(InboxDeletion(deleted: 4), InboxDeletion.init).deleted == 4)
        let receipt = SendReceipt(seq: 1, receivedAt: moment, isDuplicate: true)
        #expect(try self.again(receipt, SendReceipt.init) == receipt)
        let settings = InboxSettings(blocked: [ann, ann], anonymous: false)
        #expect(try self.again(settings, InboxSettings.init) == settings)
        #expect(settings.blocked == [ann])
        let view = SigchainView(primary: ann, links: [Array("{\"x\": 1}".utf8)], head: "00", length: 1)
        #expect(try self.again(view, SigchainView.init) == view)
        let result = AppendResult(seq: 1, head: "00")
        #expect(try self.again(result, AppendResult.init) == result)
        let server = try #require(ServerName("kez.lat"))
        let config = ServiceConfig(server: server, serverTime: moment, limits: Limits(), nats: nil, features: ["sse"])
        #expect(try self.again(config, ServiceConfig.init) == config)
        #expect(config.limit("envelope_bytes") == 262_144)
        for failing in [[], ["broker"]] {
            let report = HealthReport(server: server, version: "1.0.0", failing: failing)
            #expect(try self.again(report, HealthReport.init) == report)
            #expect(report.status == (failing.isEmpty ? 200 : 503))
        }
    }

    @Test func readsTheModelsOfSuspensions() throws {
        let (ann, ben) = (try signer(1).primary, try signer(2).primary)
        let moment = try time("2026-05-25T03:00:00.123Z")
        let bans = [
            Suspension(
                primary: ann, handle: Handle("ann"), reason: "spam", since: moment, until: moment, isAutomatic: true),
            Suspension(primary: ben, handle: nil, reason: "x", since: moment, until: nil, isAutomatic: false),
        ]
        for ban in bans { #expect(try self.again(ban, Suspension.init) == ban) }
        #expect(try self.again(BanList(bans: bans, hasMore: true), BanList.init).bans == bans)
        let resumption = Resumption(primary: ann, resumed: false)
        #expect(try self.again(resumption, Resumption.init) == resumption)
        #expect(try self.again(AbuseReportReply(isSuspended: true), AbuseReportReply.init).isSuspended)
        for target in [SuspensionTarget.primary(ann), .handle(try #require(Handle("ann")))] {
            for until in [nil, moment] {
                let request = try SuspendRequest(target, reason: "spam", until: until)
                #expect(try self.again(request, SuspendRequest.init) == request)
            }
            #expect(try self.again(ResumeRequest(target), ResumeRequest.init).target == target)
        }
        for finding in [
            AbuseReport.Finding.unregisteredRecipients([1, .max]),
            .overBudget(.tunnel, window: 29_000_000, factor: 12.5),
        ] {
            let report = AbuseReport(ann, source: "a", finding)
            #expect(try self.again(report, AbuseReport.init) == report)
        }
        let page = BansRequest(after: ann, limit: 7)
        #expect(try BansRequest(json: parse(page.bytes.text)) == page)
        #expect(try BansRequest(json: parse("{}")) == BansRequest(after: nil, limit: 100))
        #expect(try BansRequest(json: parse("{\"limit\":900}")).limit == 500)
    }

    @Test func refusesMalformedSuspensionsAndReports() throws {
        let ann = try signer(1).primary
        let long = String(repeating: "é", count: 201)
        for text in [
            "{\"reason\":\"x\"}", "{\"primary\":\"\(ann)\"}", "{\"primary\":\"x\",\"reason\":\"x\"}",
            "{\"primary\":\"\(ann)\",\"handle\":\"ann\",\"reason\":\"x\"}",
            "{\"primary\":\"\(ann)\",\"reason\":\"\"}", "{\"primary\":\"\(ann)\",\"reason\":\"\(long)\"}",
            "{\"primary\":\"\(ann)\",\"reason\":\"a\\nb\"}",
            "{\"primary\":\"\(ann)\",\"reason\":\"x\",\"until\":\"tomorrow\"}",
        ] { #expect(code { _ = try SuspendRequest(json: parse(text)) } == .badRequest, "\(text)") }
        #expect(code { _ = try BansRequest(json: parse("{\"after\":\"x\"}")) } == .badRequest)
        let many = (0...1000).map(String.init).joined(separator: ",")
        for text in [
            "\"kind\":\"unregistered_recipients\",\"source\":\"a\"",
            "\"kind\":\"unregistered_recipients\",\"source\":\"a\",\"items\":[]",
            "\"kind\":\"unregistered_recipients\",\"source\":\"a\",\"items\":[-1]",
            "\"kind\":\"unregistered_recipients\",\"source\":\"a\",\"items\":[\(many)]",
            "\"kind\":\"unregistered_recipients\",\"source\":\"\",\"items\":[1]",
            "\"kind\":\"over_budget\",\"source\":\"g\",\"budget\":\"disk\",\"window\":1,\"factor\":2",
            "\"kind\":\"over_budget\",\"source\":\"g\",\"budget\":\"http\",\"window\":1.5,\"factor\":2",
            "\"kind\":\"over_budget\",\"source\":\"g\",\"budget\":\"http\",\"window\":1,\"factor\":-2",
            "\"kind\":\"rude\",\"source\":\"g\"",
        ] {
            let body = "{\"primary\":\"\(ann)\",\(text)}"
            #expect(code { _ = try AbuseReport(json: parse(body)) } == .badRequest, "\(text.prefix(80))")
        }
    }

    @Test func refusesASuspendedKeyWithReasonAndEnd() throws {
        let moment = try time("2026-05-25T03:00:00Z")
        #expect(Admission(user: nil, isSuspended: false).refusal == nil)
        let error = try #require(Admission(user: nil, isSuspended: true, reason: "spam", until: moment).refusal)
        #expect(error.code == .suspended && error.status == 403)
        #expect(error["reason"]?.string == "spam" && error["until"]?.string == moment.textWithMilliseconds)
        #expect(error.message.contains("spam") && error.message.contains("2026-05-25"))
        let endless = try #require(Admission(user: nil, isSuspended: true, reason: "spam").refusal)
        #expect(endless["until"]?.isNull == true)
        #expect(KezError(status: 403, body: endless.body) == endless)
    }

    @Test func readsRequests() throws {
        #expect(try InboxListRequest(json: parse("{}")) == InboxListRequest(since: 0, limit: 100))
        for (limit, taken) in [("0", 1), ("-5", 1), ("501", 500), ("7", 7), ("99999999999999999999", 500)] {
            #expect(try InboxListRequest(json: parse("{\"limit\":\(limit)}")).limit == taken)
            #expect(try InboxListRequest(since: nil, limit: limit).limit == taken)
        }
        for since in ["-1", "\"5\"", "1.5", "true"] {
            #expect(code { _ = try InboxListRequest(json: parse("{\"since\":\(since)}")) } == .badCursor)
        }
        for since in ["", "-1", "x", "1.0", "+1", "99999999999999999999"] {
            #expect(code { _ = try InboxListRequest(since: since, limit: nil) } == .badCursor)
        }
        #expect(code { _ = try InboxListRequest(since: nil, limit: "x") } == .badRequest)
        #expect(try InboxDeleteRequest(json: parse("{\"up_to\":5}")) == .upTo(5))
        #expect(try InboxDeleteRequest(json: parse("{\"seqs\":[1,2]}")) == .seqs([1, 2]))
        for text in ["{}", "{\"up_to\":-1}", "{\"seqs\":[\"1\"]}", "{\"up_to\":1,\"seqs\":[]}"] {
            #expect(code { _ = try InboxDeleteRequest(json: parse(text)) } == .badRequest)
        }
        #expect(try InboxSettings.Change(json: parse("{}")).isEmpty)
        #expect(code { _ = try InboxSettings.Change(json: parse("{\"blocked\":[\"x\"]}")) } == .badRequest)
        #expect(code { _ = try SearchRequest(json: parse("{\"prefix\":\"ab\"}")) } == .badRequest)
        #expect(try SearchRequest(json: parse("{\"prefix\":\"abc\",\"limit\":50}")).limit == 20)
        let ann = try signer(1).primary
        #expect(try SigchainRequest(json: parse("{\"primary\":\"\(ann)\"}")).from == 1)
        #expect(try PrimaryRequest(json: parse("{\"primary\":\"\(ann.hex)\"}")).primary == ann)
    }

    @Test func signsRequestsLikeTheVectors() throws {
        let now = Timestamp(unixSeconds: 1_779_678_000)
        let ann = try signer(1)
        let server = try #require(ServerName("kez.lat"))
        let doors: [[RequestAuth.Door]] = [
            [.inboxList(path: "/v1/inbox/tudisco", since: "0"), .inboxList(path: "/v1/inbox/tudisco", since: "42")],
            [
                .other(method: "GET", path: "/v1/inbox/tudisco/stream", .since("0"), server: server),
                .other(method: "POST", path: "/v1/example", .body(Array("{}".utf8)), server: server),
            ],
        ]
        for (name, doors) in zip(["x_kez_auth", "x_kez_auth_other_doors"], doors) {
            for (vector, door) in zip(try Vectors().object("envelopes").list(name), doors) {
                let auth = RequestAuth(signing: door, at: now, by: ann)
                #expect(try door.text(timestamp: auth.timestamp).text == vector.text("signed_text"))
                #expect(try auth.header == vector.text("header"))
                try RequestAuth.verify(header: auth.header, for: door, by: ann.primary, now: now)
            }
        }
    }

    @Test func refusesEveryOtherProofAlike() throws {
        let now = Timestamp(unixSeconds: 1_779_678_000)
        let (ann, bob) = (try signer(1), try signer(2))
        let door = RequestAuth.Door.inboxList(path: "/v1/inbox/ann", since: "0")
        let header = RequestAuth(signing: door, at: now, by: ann).header
        let at = { (seconds: Int64) in now.advanced(by: .seconds(seconds)) }
        for seconds in [-60, 60] as [Int64] {
            try RequestAuth.verify(header: header, for: door, by: ann.primary, now: at(seconds))
        }
        let refused: [(String?, RequestAuth.Door, Primary?, Timestamp)] = [
            (nil, door, ann.primary, now), ("", door, ann.primary, now), (header + ":x", door, ann.primary, now),
            (header.uppercased(), door, ann.primary, now), ("0" + header, door, ann.primary, now),
            (header, .inboxList(path: "/v1/inbox/bob", since: "0"), ann.primary, now),
            (header, .inboxList(path: "/v1/inbox/ann", since: "1"), ann.primary, now), (header, door, bob.primary, now),
            (header, door, nil, now), (header, door, ann.primary, at(61)), (header, door, ann.primary, at(-61)),
        ]
        for (header, door, primary, now) in refused {
            do {
                try RequestAuth.verify(header: header, for: door, by: primary, now: now)
                Issue.record("not refused")
            } catch {
                #expect(error.code == .unauthorized && error.status == 401)
                #expect(error["server_time"]?.string == now.textWithMilliseconds)
            }
        }
    }
}
