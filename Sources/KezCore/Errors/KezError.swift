/// A refusal, the same over HTTP and NATS: status, code, a sentence, and sometimes more members.
///
/// Source: protocol, sections 4 and 8.
package struct KezError: Error, Equatable, Sendable, CustomStringConvertible, JSONWritable {
    /// A member beyond `error` and `code`, such as `server_time` or `user`.
    package struct Member: Equatable, Sendable {
        package let name: String
        /// JSON.
        package let value: [UInt8]
    }

    /// As HTTP.
    package let status: Int
    package let code: ErrorCode
    /// A sentence a person can act on. Holds no key material and no content.
    package let message: String
    package private(set) var members: [Member] = []
    /// Whole seconds to wait before a retry; the Retry-After header where there is HTTP.
    package private(set) var retryAfter: Int?

    /// - Parameters:
    ///   - message: the code's own sentence when nil.
    ///   - status: the code's own status when nil.
    package init(_ code: ErrorCode, _ message: String? = nil, status: Int? = nil, retryAfter: Int? = nil) {
        self.code = code
        self.status = status ?? code.status
        self.message = message ?? code.sentence
        self.retryAfter = retryAfter
    }

    /// The same refusal with one more member.
    package func with(_ name: String, _ value: some JSONWritable) -> KezError {
        self.with(name, json: value.bytes)
    }

    /// The same refusal with one more member that is a string.
    package func with(_ name: String, _ text: String) -> KezError {
        var writer = JSONWriter()
        writer.string(text)
        return self.with(name, json: writer.bytes)
    }

    /// The refusal of a suspended key, with `reason` and `until`, both `null` where nothing is known.
    package static func suspended(reason: String?, until: Timestamp?) -> KezError {
        let error = KezError(.suspended, SuspensionSentence.text(reason: reason, until: until))
        return error.with("reason", text: reason).with("until", text: until?.textWithMilliseconds)
    }

    private func with(_ name: String, text: String?) -> KezError {
        guard let text else { return self.with(name, json: Array("null".utf8)) }
        return self.with(name, text)
    }

    private func with(_ name: String, json: [UInt8]) -> KezError {
        var error = self
        error.members.append(Member(name: name, value: json))
        return error
    }

    /// Whether the same request may succeed later without being changed.
    package var isRetriable: Bool {
        self.status == 503 || self.status == 429 || self.code == .unavailable || self.code == .catchingUp
    }

    /// The body of the answer.
    package var body: [UInt8] { self.bytes }

    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("error", self.message)
            writer.member("code", self.code.rawValue)
            if let retryAfter = self.retryAfter { writer.member("retry_after", retryAfter) }
            for member in self.members { writer.member(member.name, raw: member.value) }
        }
    }

    package var description: String { "\(self.status) \(self.code.rawValue): \(self.message)" }
}

extension KezError {
    /// The refusal that an answer carries.
    ///
    /// A body that is no error object (a proxy's page) gives a code fitting the status.
    package init(status: Int, body: [UInt8]) {
        let root = (try? JSONDocument(parsing: body, maximumDepth: Limits.bodyDepth))?.root
        let fallback: ErrorCode =
            switch status {
            case 400: .badRequest
            case 401: .unauthorized
            case 403: .forbidden
            case 404: .notFound
            case 405: .methodNotAllowed
            case 413: .tooLarge
            case 429: .rateLimited
            case 502, 503, 504: .unavailable
            default: .internalError
            }
        self.init(
            root?["code"]?.string.map(ErrorCode.init(rawValue:)) ?? fallback, root?["error"]?.string, status: status,
            retryAfter: root?["retry_after"]?.integer.flatMap(Int.init(exactly:)))
        for member in root?.object ?? [] where !["error", "code", "retry_after"].contains(member.name) {
            self.members.append(Member(name: member.name, value: member.value.raw))
        }
    }

    /// The value of a further member, if the refusal has it.
    package subscript(name: String) -> JSONValue? {
        guard let member = self.members.first(where: { $0.name == name }) else { return nil }
        return (try? JSONDocument(parsing: member.value, maximumDepth: Limits.bodyDepth))?.root
    }

    /// What a body that cannot be read is answered with.
    package init(unreadable error: JSONError) {
        self.init(.badJSON, "The body cannot be read: \(error).")
    }
}

extension JSONDocument {
    /// Reads a body or an envelope, for callers who answer.
    ///
    /// - Throws: `KezError` with `bad_json`.
    package init(refusing bytes: [UInt8], maximumDepth: Int) throws(KezError) {
        do {
            try self.init(parsing: bytes, maximumDepth: maximumDepth)
        } catch {
            throw KezError(unreadable: error)
        }
    }
}
