import Foundation
import KezRuntime
import KezTesting
import NKeys

/// A WebSocket client of the least: masked binary frames out, unmasked ones in.
struct WebSocket {
    let socket: RawSocket
    let head: String
    private var raw: [UInt8]
    private var payload: [UInt8] = []

    /// - Parameter origin: whose page opens it; the gateway's own, which it is called by the name `a`.
    init(
        _ port: Int, path: String = "/nats", origin: String? = "https://a", extra: String = ""
    ) async throws {
        let origin = origin.map { "Origin: \($0)\r\n" } ?? ""
        self.socket = try RawSocket(port: port)
        try await self.socket.send(
            "GET \(path) HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                + "\(origin)\(extra)\r\n")
        let bytes = try await self.socket.receive(until: "\r\n\r\n")
        // swift-format-ignore: NeverForceUnwrap
        let end = bytes.firstRange(of: [UInt8]("\r\n\r\n".utf8))!.upperBound
        self.head = String(decoding: bytes[..<end], as: UTF8.self)
        self.raw = Array(bytes[end...])
    }

    func send(_ payload: [UInt8]) async throws {
        let mask: [UInt8] = [1, 2, 3, 4]
        var frame: [UInt8] = [0x82]
        switch payload.count {
        case ..<126: frame.append(0x80 | UInt8(payload.count))
        case ..<65_536: frame += [0x80 | 126, UInt8(payload.count >> 8), UInt8(payload.count & 255)]
        default: frame += [0x80 | 127] + (0..<8).reversed().map { UInt8(payload.count >> ($0 * 8) & 255) }
        }
        frame += mask
        frame += payload.enumerated().map { $0.element ^ mask[$0.offset & 3] }
        try await self.socket.send(frame)
    }

    /// Reads frames until the joined payloads hold `mark`; what is before its end is taken.
    mutating func receive(until mark: String) async throws -> [UInt8] {
        while true {
            // The broker measures the round trip when it likes.
            if self.payload.starts(with: [UInt8]("PING\r\n".utf8)) { self.payload.removeFirst(6) }
            if let range = self.payload.firstRange(of: [UInt8](mark.utf8)) {
                defer { self.payload = Array(self.payload[range.upperBound...]) }
                return Array(self.payload[..<range.upperBound])
            }
            try await self.readFrame()
        }
    }

    mutating func receive(_ count: Int) async throws -> [UInt8] {
        while self.payload.count < count { try await self.readFrame() }
        defer { self.payload = Array(self.payload[count...]) }
        return Array(self.payload[..<count])
    }

    private mutating func readFrame() async throws {
        while true {
            if let (start, count) = self.frame, self.raw.count >= start + count {
                self.payload += self.raw[start..<start + count]
                self.raw = Array(self.raw[(start + count)...])
                return
            }
            let part = await self.socket.receive(atMost: 1 << 20)
            guard !part.isEmpty else { throw TestFailure("the tunnel ended") }
            self.raw += part
        }
    }

    private var frame: (start: Int, count: Int)? {
        guard self.raw.count >= 2 else { return nil }
        let short = Int(self.raw[1] & 127)
        let extra = short == 126 ? 2 : short == 127 ? 8 : 0
        guard self.raw.count >= 2 + extra else { return nil }
        let long = self.raw[2..<2 + extra].reduce(0) { $0 << 8 | Int($1) }
        return (2 + extra, extra == 0 ? short : long)
    }
}

extension GatewayUnderTest {
    /// Logs in over the tunnel with a service's key, which needs no callout.
    ///
    /// - Parameter isHonest: else the signature is of something else.
    func login(_ role: DeploymentKeys.Role, isHonest: Bool = true) async throws -> WebSocket {
        var socket = try await self.greet(role, isHonest: isHonest)
        _ = try await socket.receive(until: "PONG\r\n")
        return socket
    }

    /// Sends a login, and a PING behind it.
    func greet(_ role: DeploymentKeys.Role, isHonest: Bool = true) async throws -> WebSocket {
        var socket = try await WebSocket(self.port(.main))
        let info = String(decoding: try await socket.receive(until: "\r\n"), as: UTF8.self)
        guard let nonce = info.firstMatch(of: #/"nonce":"([^"]+)"/#)?.output.1 else {
            throw TestFailure("no nonce: \(info)")
        }
        let pair = self.deployment.keys.pair(role)
        let signature = Data(pair.sign([UInt8]((isHonest ? String(nonce) : "x").utf8))).base64EncodedString()
        try await socket.send(
            [UInt8](
                #"CONNECT {"verbose":false,"headers":true,"no_responders":true,"echo":true,"nkey":"\#(pair.publicKey.text)","sig":"\#(signature)"}"#
                    .utf8)
                + [UInt8]("\r\nPING\r\n".utf8))
        return socket
    }
}
