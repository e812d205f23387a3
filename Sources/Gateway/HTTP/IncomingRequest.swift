import HTTPTypes
import HummingbirdCore
import KezCore
import KezRuntime
import NIOCore

/// A request as the doors see it.
struct IncomingRequest: Sendable {
    let method: String
    let target: RequestTarget
    let headers: HTTPFields
    /// The Host header.
    let authority: String?
    /// Who is behind it; nil when that cannot be told.
    let address: IPAddress?
    let body: RequestBody
    let time: AnswerTime
    /// When the answer is due.
    var deadline: Deadline { self.time.deadline }

    /// The whole body.
    ///
    /// - Throws: `KezError` with `too_large` beyond `limit` bytes; `bad_request` when it ends too early.
    func bytes(atMost limit: Int) async throws(KezError) -> [UInt8] {
        if let declared = self.declaredLength, declared > limit { throw self.tooLarge(limit) }
        // The caller's own time is not ours: the body has deadlines of its own.
        defer { self.time.begin() }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(min(self.declaredLength ?? 0, limit))
        do {
            for try await buffer in self.body {
                guard bytes.count + buffer.readableBytes <= limit else { throw self.tooLarge(limit) }
                bytes.append(contentsOf: buffer.readableBytesView)
            }
        } catch let error as KezError {
            throw error
        } catch {
            throw KezError(.badRequest, "The body ended too early.")
        }
        if let declared = self.declaredLength, bytes.count < declared {
            throw KezError(.badRequest, "The body ended too early.")
        }
        return bytes
    }

    private func tooLarge(_ limit: Int) -> KezError {
        KezError(.tooLarge, "The body is larger than the \(limit) bytes that this call takes; see /v1/config.")
    }

    var declaredLength: Int? { self.headers[.contentLength].flatMap { Int($0) } }

    /// `https` when a proxy says that the caller used it. Told to nobody but the caller, so anybody may say it.
    var isSecure: Bool {
        self.headers[.forwardedProto]?.split(separator: ",").first?.lowercased() == "https"
    }

    /// The host that the caller used, if it looks like one.
    var host: String? {
        guard let host = self.authority, 1...260 ~= host.utf8.count,
            host.utf8.allSatisfy({ byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: ":"),
                    UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "_"):
                    true
                default: false
                }
            })
        else { return nil }
        return host
    }
}
