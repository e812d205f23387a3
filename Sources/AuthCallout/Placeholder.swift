enum AuthCalloutPlaceholder {}
