import ArgumentParser
import Foundation
import KezClient
import KezCore
import KezRuntime
import NATS

/// Every role and every command of kez.
@main
struct Kez: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kez",
        abstract: "End-to-end encrypted messaging that anyone can host.",
        discussion: """
            `kez up` runs a whole server on one folder. `kez register`, `kez send`, `kez listen` and `kez chat` are a client.
            Every option can also be set by an environment variable, which its help names; a flag wins.

            Exit status: 0 done, 1 refused or failed, 64 wrong usage, 75 not reachable at the moment.
            """,
        version: KezVersion.current,
        groupedSubcommands: [
            CommandGroup(
                name: "Server",
                subcommands: [
                    UpCommand.self, AuthCalloutCommand.self, RegistryCommand.self, InboxWorkerCommand.self,
                    GatewayCommand.self, InitCommand.self, ProvisionCommand.self, HealthCommand.self,
                ]),
            CommandGroup(
                name: "Operator",
                subcommands: [
                    StatusCommand.self, DoctorCommand.self, SuspendCommand.self, UnsuspendCommand.self, BanCommand.self,
                    InviteCommand.self, KeysCommand.self, RequestCommand.self,
                ]),
            CommandGroup(
                name: "People",
                subcommands: [
                    KeygenCommand.self, RegisterCommand.self, ReleaseCommand.self, WhoamiCommand.self,
                    LookupCommand.self, SendCommand.self, ChatCommand.self, InboxCommand.self, ListenCommand.self,
                    SigchainCommand.self, AuthCommand.self,
                ]),
        ])
}

extension Kez {
    /// `EX_TEMPFAIL` of sysexits.h: the same command may succeed later.
    private static let notReachable = ExitCode(75)

    static func main() async {
        do {
            var command = try Self.parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            Self.end(.success)
        } catch {
            guard !Self.isPassing(error) else {
                try? FileHandle.standardError.write(contentsOf: Data("Error: \(error)\n".utf8))
                Self.end(Self.notReachable)
            }
            // As `exit(withError:)` does.
            let (status, message) = (Self.exitCode(for: error), Self.fullMessage(for: error))
            let output = status.isSuccess ? FileHandle.standardOutput : FileHandle.standardError
            if !message.isEmpty { try? output.write(contentsOf: Data("\(message)\n".utf8)) }
            Self.end(status)
        }
    }

    /// Ends the process without what libraries have registered for its end. OpenSSL, which libnats brings, then frees
    /// what a thread that ends at the same moment frees too: a service that had done everything died of SIGABRT.
    private static func end(_ status: ExitCode) -> Never {
        fflush(nil)
        _exit(status.rawValue)
    }

    private static func isPassing(_ error: any Error) -> Bool {
        switch error {
        case let error as ClientError: error.isRetriable
        case let error as KezError: error.isRetriable
        case let error as NATSError: error.isRetriable
        default: false
        }
    }
}
