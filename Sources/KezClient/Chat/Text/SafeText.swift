/// Others' text as it may reach a terminal: nothing in it is a command, and nothing turns round or hides what follows.
///
/// Source: ECMA-48 (control functions); Unicode Standard Annex 9 (what reorders); the web client does the same.
package enum SafeText {
    /// A text of many lines. Controls become a replacement character, so that one sees that something was there;
    /// line feeds and tabs stay, CR LF and CR become line feeds, overrides and isolates of direction go.
    package static func lines(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        var marks = 0
        var isAfterReturn = false
        for scalar in text.unicodeScalars {
            defer { isAfterReturn = scalar == "\r" }
            if scalar == "\n", isAfterReturn { continue }
            if scalar == "\r" {
                scalars.append("\n")
                continue
            }
            if self.reorders(scalar) || scalar == "\u{FEFF}" { continue }
            if scalar == "\n" || scalar == "\t" {
                scalars.append(scalar)
                marks = 0
                continue
            }
            if self.isControl(scalar) {
                scalars.append("\u{FFFD}")
                continue
            }
            // Heaps of marks would be drawn over other lines.
            marks = self.isMark(scalar) ? marks + 1 : 0
            if marks <= 4 { scalars.append(scalar) }
        }
        return String(scalars)
    }

    /// A name or anything else of one line.
    ///
    /// - Parameter maximum: characters (Unicode scalars), the last an ellipsis when the text is longer.
    /// - Returns: may be empty.
    package static func line(_ text: String, maximum: Int = 64) -> String {
        var words: [String] = []
        var word = String.UnicodeScalarView()
        func end() {
            let text = String(word).trimmedOfJoiners
            if !text.isEmpty { words.append(text) }
            word = .init()
        }
        for scalar in self.lines(String(text.unicodeScalars.prefix(64 * maximum))).unicodeScalars {
            if scalar.properties.isWhitespace || scalar == "\u{FFFD}" {
                end()
            } else if !self.isInvisible(scalar) {
                word.append(scalar)
            }
        }
        end()
        let scalars = Array(words.joined(separator: " ").unicodeScalars)
        guard scalars.count > maximum else { return String(String.UnicodeScalarView(scalars)) }
        return String(String.UnicodeScalarView(scalars.prefix(maximum - 1))) + "…"
    }

    static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.generalCategory == .control || scalar == "\u{2028}" || scalar == "\u{2029}"
    }

    private static func reorders(_ scalar: Unicode.Scalar) -> Bool {
        (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
    }

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .spacingMark: true
        default: false
        }
    }

    /// Of no width, and good for nothing in a name but deceit. Variation selectors and joiners belong to emoji.
    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B...0x180F, 0x200B, 0x200E, 0x200F,
            0x2060...0x206F,
            0x3164, 0xFEFF, 0xFFA0, 0xFFF0...0xFFFB, 0x1D173...0x1D17A, 0xE0000...0xE0FFF:
            true
        default: false
        }
    }
}

extension String {
    /// Without zero-width joiners at its ends, where they join nothing.
    fileprivate var trimmedOfJoiners: String {
        let scalars = self.unicodeScalars
        let isJoiner: (Unicode.Scalar) -> Bool = { $0.value == 0x200C || $0.value == 0x200D }
        let head = scalars.drop(while: isJoiner)
        return String(String.UnicodeScalarView(head.reversed().drop(while: isJoiner).reversed()))
    }
}
