import ArgumentParser
import KezCore
import KezRuntime
import NATS

struct ProvisionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "provision", abstract: "Create the streams, or bring them to what this version needs, and exit.",
        discussion: """
            Waits for the broker up to --deadline. Needs provision.nk alone; the services need no such right, and wait \
            for their streams. Give it the limits that the services have. Streams of a newer version are refused.
            """)

    private static let replicasSetting = Setting("replicas", "KEZ_REPLICAS", default: "1")
    private static let deadlineSetting = Setting("deadline", "KEZ_PROVISION_DEADLINE", default: "60")

    @Option(help: Setting.help("Copies of each stream: 1, or 3 or 5 in a cluster.", "KEZ_REPLICAS", "1"))
    var replicas: String?

    @Option(help: Setting.help("Seconds to wait for the broker.", "KEZ_PROVISION_DEADLINE", "60"))
    var deadline: String?

    @Flag(help: "After a restore: tell clients and workers that the logs went back, so that they list anew.")
    var newEpoch = false

    @OptionGroup var role: RoleOptions

    func run() async throws {
        let pair = try DeploymentKeys.user(.provision, in: self.role.keys())
        let replicas = try Self.replicasSetting.value(self.replicas, "1, 3 or 5") { text in
            Int(text).flatMap { [1, 3, 5].contains($0) ? $0 : nil }
        }
        let seconds = try Self.deadlineSetting.value(self.deadline, "seconds, 1 to 3600") { text in
            Int(text).flatMap { (1...3600).contains($0) ? $0 : nil }
        }
        let composition = try self.role.composition()
        let epoch = self.newEpoch ? WallClock.system.now().text : nil
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                // A young broker may not answer at once, and a cluster has no leader in its first seconds.
                var attempt = 0
                while true {
                    do {
                        try await composition.provision(pair, replicas: replicas, epoch: epoch)
                        return true
                    } catch let error as NATSError where error.isRetriable && attempt < 60 {
                        attempt += 1
                        try await Task.sleep(for: .milliseconds(500))
                    }
                }
            }
            group.addTask {
                try await Task.sleep(for: .seconds(seconds))
                return false
            }
            defer { group.cancelAll() }
            guard try await group.next() == true else {
                throw Failure(
                    "The streams could not be provisioned within \(seconds) s: is the broker up, and has it this "
                        + "deployment's configuration?")
            }
        }
        print("the streams are as this version needs them" + (epoch.map { ", epoch \($0)" } ?? ""))
    }
}
