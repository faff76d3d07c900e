"""What an instructor makes: releases, packages, audits."""
