enum KezRuntimePlaceholder {}
