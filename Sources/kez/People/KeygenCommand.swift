import ArgumentParser
import KezClient
import KezRuntime

struct KeygenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keygen", abstract: "Make a key without registering it.",
        discussion: "The seed goes to the file, mode 0600; it is printed only when no file is given.")

    @Argument(help: "File for the seed; it must not exist.")
    var file: String?

    func run() async throws {
        let identity = Identity.generate()
        if let file {
            try KeyFile.write(identity.seed, to: file)
        } else {
            print("seed     \(identity.seed)")
        }
        print("nkey     \(identity.nkey)")
        print("primary  \(identity.primary)")
    }
}
