"""Staff screens: the frame that every page stands in, its parts, and the pages themselves."""
