import Foundation
import KezTesting

/// A plain TCP connection, for what no HTTP client sends. Blocking calls run on threads of their own.
final class RawSocket: @unchecked Sendable {
    // Safe to share: the descriptor never changes, and the system guards its own calls.
    private let descriptor: Int32

    init(port: Int, deadline: Int = 20) throws {
        self.descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var timeout = timeval(tv_sec: deadline, tv_usec: 0)
        unsafe setsockopt(
            self.descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        unsafe setsockopt(
            self.descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let status = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(self.descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else { throw TestFailure("cannot connect to \(port)") }
    }

    deinit { close(self.descriptor) }

    func send(_ bytes: [UInt8]) async throws {
        let descriptor = self.descriptor
        let failed = await self.blocking {
            var sent = 0
            while sent < bytes.count {
                let count = unsafe bytes.withUnsafeBytes { buffer in
                    unsafe Glibc.send(
                        descriptor, buffer.baseAddress?.advanced(by: sent), bytes.count - sent, Int32(MSG_NOSIGNAL))
                }
                if count <= 0 { return true }
                sent += count
            }
            return false
        }
        if failed { throw TestFailure("the connection does not take what is sent") }
    }

    func send(_ text: String) async throws { try await self.send([UInt8](text.utf8)) }

    /// What comes next; empty at the end of the stream, or when nothing comes in time.
    func receive(atMost limit: Int = 1 << 16) async -> [UInt8] {
        let descriptor = self.descriptor
        return await self.blocking {
            var buffer = [UInt8](repeating: 0, count: limit)
            let count = unsafe buffer.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, limit, 0) }
            return count > 0 ? Array(buffer[..<count]) : []
        }
    }

    /// Whether the peer has closed: the next read ends the stream, rather than running out of time.
    func isClosedByPeer() async -> Bool {
        let descriptor = self.descriptor
        return await self.blocking {
            var byte: UInt8 = 0
            let count = unsafe recv(descriptor, &byte, 1, 0)
            return count == 0 || (count < 0 && errno == ECONNRESET)
        }
    }

    /// Everything up to the end of the stream.
    func receiveAll() async -> [UInt8] {
        var all: [UInt8] = []
        while true {
            let part = await self.receive()
            if part.isEmpty { return all }
            all += part
        }
    }

    /// Reads until `mark` has come.
    func receive(until mark: String) async throws -> [UInt8] {
        var all: [UInt8] = []
        while !String(decoding: all, as: UTF8.self).contains(mark) {
            let part = await self.receive()
            guard !part.isEmpty else {
                throw TestFailure("ended before \(mark): \(String(decoding: all.suffix(300), as: UTF8.self))")
            }
            all += part
        }
        return all
    }

    func finishSending() { shutdown(self.descriptor, Int32(SHUT_WR)) }

    private func blocking<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: body()) }
        }
    }
}
