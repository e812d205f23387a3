enum KezTestingPlaceholder {}
