import ArgumentParser
import KezClient

struct InboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "inbox", abstract: "Show the stored messages.")

    @Option(help: "Only what came after this position.")
    var since: UInt64 = 0

    @Option(help: "At most so many; 0 shows all.")
    var limit: Int = 0

    @Flag(help: "One JSON object a line.")
    var json = false

    @OptionGroup var person: PersonOptions

    func run() async throws {
        try await self.person.withClient { client in
            let printer = MessagePrinter(client: client, asJSON: self.json)
            var cursor = self.since
            var left = self.limit == 0 ? Int.max : self.limit
            while left > 0 {
                let page = try await client.inbox(since: cursor, limit: min(left, 500))
                for message in page.messages { await printer.show(message) }
                left -= page.messages.count
                guard page.hasMore, let last = page.messages.last else { return }
                cursor = last.seq
            }
        }
    }
}
