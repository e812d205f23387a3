enum KezClientPlaceholder {}
