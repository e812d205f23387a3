enum KezCorePlaceholder {}
