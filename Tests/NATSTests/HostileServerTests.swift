import Foundation
import KezTesting
import NATS
import NKeys
import Testing

/// A server that wants more than a login.
@Suite struct HostileServerTests {
    /// Listens on a free port, tells one caller `info`, and keeps what it is sent until the caller leaves.
    private final class Server: Sendable {
        let port: Int
        private let heard = LockedBox<[UInt8]>([])
        private let listener: Int32

        var received: String { String(decoding: self.heard.value, as: UTF8.self) }

        init(info: String) throws {
            self.port = try FreePorts.take(1)[0]
            let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            self.listener = listener
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = in_port_t(UInt16(self.port).bigEndian)
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            let bound = unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            guard bound == 0, listen(listener, 1) == 0 else { throw TestFailure("cannot listen") }
            let heard = self.heard
            Thread.detachNewThread {
                let caller = accept(listener, nil, nil)
                guard caller >= 0 else { return }
                let line = [UInt8]("INFO \(info)\r\n".utf8)
                _ = unsafe send(caller, line, line.count, 0)
                var bytes = [UInt8](repeating: 0, count: 4096)
                while true {
                    let count = unsafe recv(caller, &bytes, bytes.count, 0)
                    guard count > 0 else { break }
                    let some = Array(bytes[..<count])
                    heard.update { $0 += some }
                }
                close(caller)
            }
        }

        deinit { close(self.listener) }
    }

    @Test(arguments: [
        #"GET\n/v1/inbox/alice\nsince=0\n1779678000"#, #"{\"type\":\"kez.chat.handle_release\"}"#, "short",
    ])
    func whatIsNoNonceIsNotSigned(nonce: String) async throws {
        let server = try Server(
            info:
                #"{"server_id":"X","version":"2.15.1","max_payload":1048576,"headers":true,"auth_required":true,"nonce":"\#(nonce)"}"#
        )
        var options = ConnectionOptions(servers: ["nats://127.0.0.1:\(server.port)"], name: "test")
        options.credentials = .nkey(.generate(role: .user))
        options.connectTimeout = .seconds(2)
        let refused = options
        await #expect { try await NATSConnection.connect(refused) } throws: {
            ($0 as? NATSError)?.kind == .hostileNonce
        }
        #expect(!server.received.contains("sig"))
    }
}
