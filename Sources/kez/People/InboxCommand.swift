import ArgumentParser
import KezClient

struct InboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "inbox", abstract: "Show the stored messages.")

    @Option(help: "Only what came after this position.")
    var since: UInt64 = 0

    @Option(help: "Look at so many at the most; 0 shows all.")
    var limit: Int = 0

    @Flag(help: "One JSON object a line.")
    var json = false

    @OptionGroup var person: PersonOptions

    func run() async throws {
        try await self.person.withClient { client in
            let printer = EventPrinter(client: client, asJSON: self.json)
            var stored = client.storedEvents(since: self.since)
            var left = self.limit == 0 ? Int.max : self.limit
            while left > 0 {
                let (events, count, hasMore) = try await stored.next(limit: min(left, 500))
                for event in events { try await printer.show(event) }
                left -= count
                guard hasMore else { return }
            }
        }
    }
}
