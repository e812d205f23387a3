import Foundation
import KezTesting
import NATS
import Testing

/// A broker that speaks TLS only, with an authority of its own.
@Suite struct TLSTests {
    /// Makes a certificate for 127.0.0.1 and localhost that signs itself.
    private static func certificate(in folder: TemporaryFolder) async throws {
        let openssl = try ChildProcess(
            "/usr/bin/openssl",
            [
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
                "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", folder.file("key.pem"), "-out",
                folder.file("cert.pem"),
            ], log: folder.url.appending(path: "openssl.log"))
        try await eventually("openssl ends") { !openssl.isRunning }
        guard FileManager.default.fileExists(atPath: folder.file("cert.pem")) else {
            throw TestFailure(openssl.printed)
        }
    }

    private static func broker(_ folder: TemporaryFolder) async throws -> TestBroker {
        try await self.certificate(in: folder)
        return try await TestBroker(
            jetStream: false,
            configuration: "tls { cert_file: \"\(folder.file("cert.pem"))\", key_file: \"\(folder.file("key.pem"))\" }")
    }

    @Test func largeMessagesPassBothWays() async throws {
        let folder = try TemporaryFolder("tls")
        let broker = try await Self.broker(folder)
        var options = ConnectionTests.options(broker)
        options.tls = .init(certificateAuthorities: folder.file("cert.pem"))
        let connection = try await NATSConnection.connect(options)
        let subscription = try connection.subscribe(to: "a")
        for index in 0..<100 { try connection.publish([UInt8](repeating: UInt8(index), count: 200_000), to: "a") }
        for index in 0..<100 {
            let message = try await within { await subscription.next() }
            #expect(message?.payload == [UInt8](repeating: UInt8(index), count: 200_000))
        }
        await connection.close()
    }

    @Test func anAuthorityThatIsNotTrustedIsRefused() async throws {
        let folder = try TemporaryFolder("tls")
        let broker = try await Self.broker(folder)
        var options = ConnectionTests.options(broker)
        options.tls = .init()
        await #expect(throws: NATSError.self) { try await NATSConnection.connect(options) }
        let other = try TemporaryFolder("tls-other")
        try await Self.certificate(in: other)
        options.tls = .init(certificateAuthorities: other.file("cert.pem"))
        await #expect(throws: NATSError.self) { try await NATSConnection.connect(options) }
    }

    @Test func aCertificateForAnotherNameIsRefused() async throws {
        let folder = try TemporaryFolder("tls")
        let broker = try await Self.broker(folder)
        var options = ConnectionTests.options(broker)
        options.tls = .init(certificateAuthorities: folder.file("cert.pem"), serverName: "elsewhere.example")
        await #expect(throws: NATSError.self) { try await NATSConnection.connect(options) }
        options.tls = .init(certificateAuthorities: folder.file("cert.pem"), serverName: "localhost")
        let connection = try await NATSConnection.connect(options)
        try await connection.flush()
        await connection.close()
    }

    @Test func plainTextIsRefused() async throws {
        let folder = try TemporaryFolder("tls")
        let broker = try await Self.broker(folder)
        await #expect(throws: NATSError.self) { try await NATSConnection.connect(ConnectionTests.options(broker)) }
    }
}
