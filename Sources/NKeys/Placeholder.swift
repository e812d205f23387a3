enum NKeysPlaceholder {}
