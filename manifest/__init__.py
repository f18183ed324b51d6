"""The Teams app package: manifest, French texts, icons, and the script that builds and checks the zip."""
