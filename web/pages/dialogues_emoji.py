"""The signs that answers are written with most, in the rows of the picker."""

EMOJI = (
    "🙂 😊 😀 😄 😁 😉 😍 🥰 🤗 🤔",
    "😅 😂 😇 😎 🙃 😐 😕 😔 😢 😳",
    "👍 👎 👌 👋 🙏 🤝 💪 👏 🙌 ✌️",
    "❤️ 💙 💚 🔥 ⭐ ✨ 🎉 🎁 💐 🌷",
    "✅ ☑️ ❌ ❗ ❓ ⚠️ ℹ️ ➡️ ⬇️ 🔄",
    "📞 📱 ✉️ 📎 📄 📦 🚚 🏠 📍 🕐",
)


def emoji_rows() -> list[list[str]]:
    return [row.split() for row in EMOJI]
