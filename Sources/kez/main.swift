print("kez")
