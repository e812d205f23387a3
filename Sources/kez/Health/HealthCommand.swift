import ArgumentParser
import AsyncHTTPClient
import Foundation
import KezCore
import NIOCore
import NIOHTTP1

struct HealthCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health", abstract: "Ask one health address, for supervisors and containers.",
        discussion: "Exit status 0 when it answers 200 within 4 s, else 1; one sentence says which.")

    /// Under the five seconds that supervisors commonly give a probe.
    private static let timeout = TimeAmount.seconds(4)
    private static let largestAnswer = 64 * 1024

    @Argument(help: "The address: a role's /readyz, a gateway's /v1/healthz, or the broker's /healthz.")
    var url = "http://127.0.0.1:6970/readyz"

    func run() async throws {
        guard let parsed = URL(string: self.url), parsed.scheme == "http", parsed.host != nil else {
            throw ValidationError("`\(self.url)` is no http:// address.")
        }
        let status: Int
        let body: String
        do {
            let answer = try await HTTPClient.shared.execute(HTTPClientRequest(url: self.url), timeout: Self.timeout)
            status = Int(answer.status.code)
            body = String(buffer: try await answer.body.collect(upTo: Self.largestAnswer))
        } catch {
            throw Failure("Not healthy: \(self.url) does not answer: \(error)")
        }
        guard status == 200 else { throw Failure("Not healthy: \(self.url) answers \(status): \(body)") }
        print("healthy: \(self.url)")
    }
}
