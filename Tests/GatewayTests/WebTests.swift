import Foundation
import KezTesting
import Testing

@testable import Gateway

/// The web client's files.
@Suite struct WebTests {
    @Test func thePlaceholderPage() async throws {
        try await withGateway(services: false) { gateway in
            let page = try await gateway.get("/")
            #expect(page.status == 200 && page.header("content-type") == "text/html; charset=utf-8")
            #expect(page.text.contains("--web-dir") && page.text.contains("kez.test"))
            #expect(page.header("content-security-policy")?.contains("frame-ancestors 'none'") == true)
            #expect(page.header("x-frame-options") == "DENY")
            for path in ["/app.js", "/favicon.ico"] { #expect(try await gateway.get(path).status == 404) }
        }
    }

    private func folder() throws -> (TemporaryFolder, String) {
        let folder = try TemporaryFolder("web")
        let web = folder.url.appending(path: "web")
        let files = FileManager.default
        try files.createDirectory(at: web.appending(path: "assets"), withIntermediateDirectories: true)
        try files.createDirectory(at: folder.url.appending(path: "web-evil"), withIntermediateDirectories: true)
        for (name, text) in [
            ("web/index.html", "<!doctype html><title>the index</title>"), ("web/assets/app.js", "the script"),
            ("web/assets/app-1f3a5b7c.js", "the hashed script"), ("web/.hidden", "the secret"), ("web/plain", "plain"),
            ("secret.txt", "the secret"), ("web-evil/x.txt", "the secret"),
        ] {
            try Data(text.utf8).write(to: folder.url.appending(path: name))
        }
        try files.createSymbolicLink(
            at: web.appending(path: "link.txt"), withDestinationURL: folder.url.appending(path: "secret.txt"))
        try files.createSymbolicLink(at: web.appending(path: "up"), withDestinationURL: folder.url)
        try files.createSymbolicLink(
            at: web.appending(path: "inside.js"), withDestinationURL: web.appending(path: "assets/app.js"))
        return (folder, web.path)
    }

    @Test func filesAndDeepLinks() async throws {
        let (folder, web) = try self.folder()
        try await withGateway(services: false, configure: { $0.webFolder = web }) { gateway in
            for path in ["/", "/index.html", "/u/someone", "/c/abc/def", "/assets"] {
                let answer = try await gateway.get(path)
                #expect(answer.status == 200 && answer.text.contains("the index"), "\(path): \(answer)")
                #expect(
                    answer.header("content-type") == "text/html; charset=utf-8"
                        && answer.header("cache-control") == "no-cache")
                #expect(answer.header("x-content-type-options") == "nosniff")
            }
            let script = try await gateway.get("/assets/app.js?v=2")
            #expect(script.text == "the script" && script.header("content-type") == "text/javascript; charset=utf-8")
            #expect(try await gateway.get("/inside.js").text == "the script")
            #expect(try await gateway.get("/plain").header("content-type") == "application/octet-stream")
            #expect(
                try await gateway.get("/assets/app-1f3a5b7c.js").header("cache-control")?.contains("immutable") == true)
            for path in ["/assets/none.js", "/v1/nope", "/.well-known/x"] {
                #expect(try await gateway.get(path).status == 404)
            }

            let tag = script.header("etag")!
            for condition in [
                ["If-None-Match": tag], ["If-None-Match": "\"x\", W/\(tag)"],
                ["If-Modified-Since": script.header("last-modified")!],
            ] {
                let same = try await gateway.get("/assets/app.js", condition)
                #expect(same.status == 304 && same.body.isEmpty && same.header("etag") == tag, "\(condition): \(same)")
            }
            #expect(try await gateway.get("/assets/app.js", ["If-None-Match": "\"x\""]).status == 200)
            try Data("the new script".utf8).write(to: URL(filePath: web).appending(path: "assets/app.js"))
            let changed = try await gateway.get("/assets/app.js", ["If-None-Match": tag])
            #expect(changed.status == 200 && changed.text == "the new script")
        }
        _ = folder
    }

    @Test func whatIsCompressedBeforehand() async throws {
        let (folder, web) = try self.folder()
        try Data("compressed".utf8).write(to: URL(filePath: web).appending(path: "assets/app.js.gz"))
        try Data("alone".utf8).write(to: URL(filePath: web).appending(path: "gone.js.gz"))
        try await withGateway(services: false, configure: { $0.webFolder = web }) { gateway in
            let small = try await gateway.get("/assets/app.js", ["Accept-Encoding": "br, gzip;q=0.5"])
            #expect(small.body == Array("compressed".utf8) && small.header("content-encoding") == "gzip")
            #expect(small.header("content-type") == "text/javascript; charset=utf-8")
            let plain = try await gateway.get("/assets/app.js", ["Accept-Encoding": "gzip;q=0, *"])
            #expect(plain.text == "the script" && plain.header("content-encoding") == nil)
            for answer in [small, plain] { #expect(answer.header("vary") == "Accept-Encoding") }
            #expect(small.header("etag") != plain.header("etag"))
            let none = try await gateway.get("/plain", ["Accept-Encoding": "gzip"])
            #expect(none.text == "plain" && none.header("content-encoding") == nil)
            // Compressed or not, it is the file that counts.
            #expect(try await gateway.get("/gone.js", ["Accept-Encoding": "gzip"]).status == 404)
        }
        _ = folder
    }

    @Test(
        arguments: [
            (nil, false), ("", false), ("br", false), ("gzip", true), ("GZIP ; q=0.2", true), ("gzip;q=0", false),
            ("*", true), ("*;q=0", false), ("gzip;q=0.000, *", false), ("deflate, x-gzip", true),
        ] as [(String?, Bool)])
    func whoTakesGzip(header: String?, takes: Bool) { #expect(AcceptedEncoding.takesGzip(header) == takes) }

    @Test func neverAPathOutside() async throws {
        let (folder, web) = try self.folder()
        let secret = folder.file("secret.txt")
        try await withGateway(services: false, configure: { $0.webFolder = web }) { gateway in
            for path in [
                "/../secret.txt", "/..%2fsecret.txt", "/%2e%2e/secret.txt", "/%2E%2E%2Fsecret.txt",
                "/assets/../../secret.txt",
                "/../web-evil/x.txt", "/assets/..%2f..%2fsecret.txt", "/..%5csecret.txt", "/..\\secret.txt",
                "/\(secret)",
                "/%2f\(secret)", "/link.txt", "/up/secret.txt", "/up/web-evil/x.txt",
                "/assets/%2e%2e/%2e%2e/secret.txt",
                "/..;/secret.txt", "/.%2e/secret.txt", "/index.html%00/../../secret.txt", "/.%00./secret.txt",
                "/.hidden",
                "/%252e%252e/secret.txt", "//etc/passwd", "/....//....//etc/passwd", "http://x/../secret.txt", "/%ff/%",
                "/assets/./app.js", "/assets//app.js",
            ] {
                let socket = try RawSocket(port: gateway.port(.main))
                try await socket.send("GET \(path) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                let text = String(decoding: await socket.receiveAll(), as: UTF8.self)
                #expect(
                    text.hasPrefix("HTTP/1.1 404") || text.hasPrefix("HTTP/1.1 400"), "\(path): \(text.prefix(200))")
                #expect(!text.contains("the secret") && !text.contains("root:"), "\(path)")
            }
        }
    }

    @Test func pathRules() {
        #expect(PathRules.target([""]) == .file("index.html"))
        #expect(PathRules.target(["a", "b.js"]) == .file("a/b.js"))
        for segments in [["a", ""], ["..", "a"], ["."], ["a/b"], ["a\\b"], ["a\u{0}"], [".git"], ["a\n"]] {
            #expect(PathRules.target(segments) == .nothing, "\(segments)")
        }
        #expect(PathRules.fallback(["u", "someone"]) == .deepLink)
        #expect(PathRules.fallback(["u", "a.js"]) == .nothing)
    }
}
