import ArgumentParser
import KezRuntime

/// Every role and every command of kez.
@main
struct Kez: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kez",
        abstract: "End-to-end encrypted messaging that anyone can host.",
        discussion: """
            `kez up` runs a whole server on one folder. `kez register`, `kez send` and `kez listen` are a client.
            Every option can also be set by an environment variable, which its help names; a flag wins.

            Exit status: 0 done, 1 refused or failed, 64 wrong usage, 75 not reachable at the moment.
            """,
        version: KezVersion.current,
        groupedSubcommands: [
            CommandGroup(
                name: "Server",
                subcommands: [
                    UpCommand.self, AuthCalloutCommand.self, RegistryCommand.self, InboxWorkerCommand.self,
                    GatewayCommand.self, StatusCommand.self,
                ]),
            CommandGroup(
                name: "People",
                subcommands: [
                    KeygenCommand.self, RegisterCommand.self, ReleaseCommand.self, WhoamiCommand.self,
                    LookupCommand.self, SendCommand.self, InboxCommand.self, ListenCommand.self,
                    SigchainCommand.self, AuthCommand.self,
                ]),
        ])
}
