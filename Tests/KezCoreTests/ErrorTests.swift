import KezCore
import Testing

@Suite struct ErrorTests {
    @Test func readsTheErrorsItWrites() throws {
        for code in ErrorCode.all {
            let error = KezError(code).with("server_time", "now")
            let again = KezError(status: error.status, body: error.body)
            #expect(again == error)
            #expect(again["server_time"]?.string == "now")
            #expect(!error.message.isEmpty && error.status >= 400)
        }
        let limited = KezError(.rateLimited, retryAfter: 3)
        #expect(KezError(status: 429, body: limited.body).retryAfter == 3)
        #expect(limited.isRetriable && !KezError(.badSignature).isRetriable)
    }

    @Test func keepsCodesOfNewerServers() {
        let error = KezError(status: 418, body: Array("{\"error\":\"Tea.\",\"code\":\"teapot\"}".utf8))
        #expect(error.code.rawValue == "teapot" && error.message == "Tea." && error.status == 418)
    }

    @Test func readsAProxysPage() {
        let error = KezError(status: 502, body: Array("<html>".utf8))
        #expect(error.code == .unavailable && error.isRetriable)
    }
}

@Suite struct LimitTests {
    @Test func setsEveryLimitFromItsOwnText() throws {
        for option in LimitOption.all {
            var limits = Limits()
            try option.set(option.text(in: limits), in: &limits)
            #expect(limits == Limits(), "\(option.name)")
            #expect(code { try option.set("nonsense", in: &limits) } == .badRequest)
            #expect(code { try option.set("0", in: &limits) } == .badRequest)
        }
        #expect(LimitOption.all.contains { $0.environmentName == "KEZ_LIMIT_REGISTRATIONS" })
    }

    @Test(arguments: ["", "1", "1,", "0,1", "1,0", "1,-1", "x,1", "1,1,1", "inf,1", "nan,1", "OFF"])
    func refusesOtherBuckets(text: String) { #expect(TokenBucketLimit(text) == nil) }

    @Test func spendsAndRefills() throws {
        let limit = try #require(TokenBucketLimit("2,0.5"))
        var bucket = TokenBucket(limit, at: .zero)
        #expect(bucket.take(at: .zero) == .taken)
        #expect(bucket.take(at: .zero) == .taken)
        #expect(bucket.take(at: .zero) == .wait(.seconds(2)))
        #expect(bucket.take(at: .seconds(1)) == .wait(.seconds(1)))
        #expect(bucket.take(at: .seconds(2)) == .taken)
        #expect(!bucket.isFull(at: .seconds(5)) && bucket.isFull(at: .seconds(6)))
        #expect(bucket.charge(4, at: .seconds(6)) == .seconds(4))
        #expect(bucket.take(at: .seconds(3)) == .wait(.seconds(6)))
    }

    @Test func liftsALimit() throws {
        var bucket = TokenBucket(try #require(TokenBucketLimit("off")), at: .zero)
        for _ in 0..<1000 { #expect(bucket.take(1e9, at: .zero) == .taken) }
    }
}
