import ArgumentParser
import KezCore

/// Whom an operator means, as it is typed: a handle of this server or a key.
struct TargetArgument: ExpressibleByArgument {
    let text: String
    let target: SuspensionTarget

    init?(argument text: String) {
        if text.contains(":") || text.count == 64 {
            guard let primary = Primary(textOrHex: text) else { return nil }
            self.target = .primary(primary)
        } else {
            guard let handle = Handle(text) else { return nil }
            self.target = .handle(handle)
        }
        self.text = text
    }
}
